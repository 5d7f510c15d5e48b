import { expect, it } from 'vitest'
import { table } from './table.ts'

it('aligns numbers to the right, rounds them, and shows what was not measured as a dash', () => {
  const rows = [
    ['home', 12_345.6, 0.04567],
    ['a log', undefined, Number.NaN],
  ]
  expect(table(['page', 'req/s', 'ms'], rows)).toBe(
    [
      '| page  |  req/s |     ms |',
      '| ----- | -----: | -----: |',
      '| home  | 12,346 | 0.0457 |',
      '| a log |      – |      – |',
      '',
    ].join('\n'),
  )
})
