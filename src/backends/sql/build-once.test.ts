import { expect, it } from 'vitest'
import { builtOnce } from './build-once.ts'
import { queryBuilder } from './query-builder.ts'

const db = queryBuilder<{ run: { id: string; code: number } }>('sqlite', 'results')

it('is built once, and each time given its own values, in their places', () => {
  let built = 0
  const query = builtOnce((of: { id: string; limit: number }) => {
    built++
    return db
      .selectFrom('run')
      .selectAll()
      .where('code', '=', 4)
      .where('id', '<', of.id)
      .where('id', '!=', of.id)
      .limit(of.limit)
      .compile()
  })
  const first = query({ id: 'b', limit: 10 })
  const second = query({ id: 'c', limit: 20 })
  expect(first.sql).toBe('select * from "run" where "code" = ? and "id" < ? and "id" != ? limit ?')
  expect(second.sql).toBe(first.sql)
  expect(first.parameters).toEqual([4, 'b', 'b', 10])
  expect(second.parameters).toEqual([4, 'c', 'c', 20])
  expect(built).toBe(1)
})

it('takes a value that is there by a getter, and null', () => {
  const query = builtOnce((of: { json: string | null }) =>
    db.selectFrom('run').select('code').where('id', '=', of.json).compile(),
  )
  const late = {
    get json() {
      return '[]'
    },
  }
  expect(query(late).parameters).toEqual(['[]'])
  expect(query({ json: null }).parameters).toEqual([null])
})
