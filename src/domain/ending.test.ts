import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { allEnded, endInTurn } from './ending.ts'

it('waits for all that ends, also after one has failed, and tells of the first', async () => {
  const ended: string[] = []
  const late = async () => {
    await turn()
    ended.push('late')
  }
  const ending = allEnded([
    Promise.reject(new Error('first')),
    late(),
    undefined,
    Promise.reject(new Error('second')),
  ])
  await expect(ending).rejects.toThrow('first')
  expect(ended).toEqual(['late'])
})

it('ends one after the other, none skipped for another, and tells of the first that failed', async () => {
  const ended: string[] = []
  const ending = endInTurn([
    () => void ended.push('a'),
    () => {
      throw new Error('at once')
    },
    async () => {
      await turn()
      throw new Error('later')
    },
    async () => void ended.push('b'),
  ])
  await expect(ending).rejects.toThrow('at once')
  expect(ended).toEqual(['a', 'b'])
})
