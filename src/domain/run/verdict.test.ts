import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { looksLike, SUBTEST_RESULTS } from './subtest.ts'
import {
  FILTERABLE_VERDICTS,
  githubOutcomeOf,
  hasPassed,
  isCutShort,
  isRetryable,
  STATISTICS_PASS,
  STORED_VERDICTS,
  storedVerdict,
  storedVerdicts,
  verdictOf,
  verdictStoredAs,
} from './verdict.ts'

const CODES = [0, 2, 4, 6, 8, 12, 14, 16, 20, 99, 1, -15, null]
const codesWhere = (holds: (code: number | null) => boolean) => CODES.filter(holds)

describe('the table of verdicts', () => {
  it('says what passed, may be tried again and was cut short', () => {
    expect(codesWhere(code => hasPassed(verdictOf(code)))).toEqual([0, 2, 8])
    expect(STATISTICS_PASS).toEqual([0, 2, 8])
    expect(codesWhere(code => isRetryable(verdictOf(code)))).toEqual([4, 6, 12, 14, 16, 20, 1, -15, null])
    expect(codesWhere(isCutShort)).toEqual([16, 20, -15])
  })

  it('says what GitHub is told', () => {
    const told = CODES.filter(code => code !== null).map(code => [code, githubOutcomeOf(code)])
    expect(told.filter(([, outcome]) => outcome !== 'error')).toEqual([
      [0, 'success'],
      [2, 'success'],
      [4, 'failure'],
      [6, 'failure'],
      [12, 'failure'],
    ])
  })

  it('offers as filters what has exit codes of its own', () => {
    expect(FILTERABLE_VERDICTS).toEqual(['pass', 'fail', 'neutral', 'tmpfail', 'error', 'denylisted'])
  })

  it('stores each verdict under a number of its own, with the version that says so', () => {
    expect(CODES.map(storedVerdict)).toEqual([0, 0, 1, 1, 2, 1, 1, 3, 4, 5, 6, 6, 6])
    expect(storedVerdicts(undefined)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(storedVerdicts([0, 2, 8])).toEqual([0, 2])
    expect(STORED_VERDICTS).toBe('0=0,2 1=4,6,12,14 2=8 3=16 4=20 5=99 6=')
  })

  it('has a colour, an icon and a bar for each in the style', () => {
    const style = readFileSync(join(import.meta.dirname, '../../web/style/verdicts.css'), 'utf8')
    for (const verdict of [
      ...storedVerdicts(undefined).map(verdictStoredAs),
      ...SUBTEST_RESULTS.map(looksLike),
    ]) {
      expect(style).toMatch(
        new RegExp(
          `^\\.${verdict} \\{\\n  --colour: .*\\n  --tint: .*\\n  --bar: .*\\n(?:  --(?:fill|weight): .*\\n)*  --icon: `,
          'm',
        ),
      )
    }
  })
})
