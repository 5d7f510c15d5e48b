import { describe, expect, it } from 'vitest'
import { parseSummary } from '../run/subtest.ts'
import { subtestGrid } from './subtest-grid.ts'

/** Runs, newest first, each as its summary; undefined if nothing is known. */
const gridOf = (...runs: (string | undefined)[]) =>
  subtestGrid(runs.map(summary => (summary === undefined ? undefined : parseSummary(summary))))
const rowOf = (name: string, ...runs: (string | undefined)[]) =>
  gridOf(...runs).rows.find(row => row.name === name)

describe('the grid of subtests', () => {
  it('has what fails first, then what failed, then what came and went, then what is steady', () => {
    const grid = gridOf(
      'ok PASS\nnow FAIL x\nskip SKIP x\ncame PASS\n',
      'ok PASS\nnow PASS\nonce FAIL x\nskip SKIP x\n',
      'ok PASS\nnow PASS\nonce PASS\nskip SKIP x\n',
    )
    expect(grid.rows.map(row => row.name)).toEqual(['now', 'once', 'came', 'skip', 'ok'])
    expect(grid.rows.map(row => row.isSteady)).toEqual([false, false, false, true, true])
    expect(grid.known).toEqual([true, true, true])
  })

  it('says since when a subtest fails, past runs that do not have it', () => {
    const row = rowOf('a', 'a FAIL x\n', 'b PASS\n', 'a FAIL x\n', undefined, 'a PASS\n', 'a FAIL x\n')
    expect(row).toMatchObject({ failing: 2, since: 2 })
    expect(row?.results).toEqual(['FAIL', undefined, 'FAIL', undefined, 'PASS', 'FAIL'])
  })

  it('does not say since when where it fails in all that is known, or not now', () => {
    expect(rowOf('a', 'a FAIL x\n', 'a FAIL x\n')).toMatchObject({ failing: 2, since: undefined })
    expect(rowOf('a', 'a PASS\n', 'a FAIL x\n')).toMatchObject({ failing: 0, since: undefined })
  })

  it('a subtest is new if it is in the newest run alone, and enough is known before', () => {
    expect(rowOf('b', undefined, 'a PASS\nb PASS\n', 'a PASS\n', 'a PASS\n')?.isNew).toBe(true)
    expect(rowOf('b', 'a PASS\nb PASS\n', 'a PASS\n')?.isNew).toBe(false)
    expect(rowOf('b', 'a PASS\n', 'b PASS\n', 'a PASS\n')?.isNew).toBe(false)
  })

  it('is empty where nothing is known', () => {
    expect(gridOf(undefined, '')).toEqual({ rows: [], known: [false, false] })
  })
})
