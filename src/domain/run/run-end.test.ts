import { expect, it } from 'vitest'
import { missingFailure } from './run-end.ts'
import type { SubtestResult } from './subtest.ts'

const missing = (exitcode: number | null, ...results: SubtestResult[]) =>
  missingFailure({
    exitcode,
    subtests: results.map(result => ({ name: 'unit', result, detail: '' })),
    log: undefined,
  })

it.each([
  [4, [], 'a test failed'],
  [4, ['PASS'], 'a test failed'],
  [6, ['PASS', 'SKIP'], 'a test failed'],
  [4, ['PASS', 'FAIL'], undefined],
  // autopkgtest(1): 8 also means a package without tests, and 12 combines both
  [8, [], undefined],
  [12, [], undefined],
  [12, ['PASS'], 'a test failed, or the package is erroneous'],
  [12, ['FAIL'], undefined],
  [0, [], undefined],
  [16, [], undefined],
  [null, [], undefined],
] as const)('an exit code of %s with the results %j misses a failure: %s', (exitcode, results, words) => {
  expect(missing(exitcode, ...results)).toBe(words)
})
