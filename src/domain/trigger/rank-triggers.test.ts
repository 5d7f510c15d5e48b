import { expect, it } from 'vitest'
import { rankTriggers } from './rank-triggers.ts'

const times = (count: number, ...triggers: string[]): string[][] =>
  Array.from({ length: count }, () => triggers)

it('puts first what is found here and nowhere else, the more often the earlier', () => {
  const here = [...times(9, 'glibc/2.42', 'migration-reference/0'), ...times(1, 'perl/5.42')]
  const elsewhere = [...times(10, 'migration-reference/0'), ...times(1, 'perl/5.42')]
  expect(rankTriggers(here, elsewhere)).toEqual([
    { trigger: 'glibc/2.42', here: 9, elsewhere: 0 },
    { trigger: 'perl/5.42', here: 1, elsewhere: 1 },
  ])
})

it('leaves out what is as frequent elsewhere', () => {
  expect(rankTriggers(times(2, 'a/1'), times(4, 'a/1'))).toEqual([])
  expect(rankTriggers(times(2, 'a/1'), [...times(4, 'a/1'), ...times(4, 'b/1')])).toHaveLength(1)
})

it('counts a trigger once a run, and tells those of a few where there is nothing to compare with', () => {
  expect(rankTriggers([['a/1', 'a/1']], [])).toEqual([{ trigger: 'a/1', here: 1, elsewhere: 0 }])
  expect(rankTriggers([], times(3, 'a/1'))).toEqual([])
})
