import { expect, it } from 'vitest'
import { isWorthRetrying } from './worth-retrying.ts'

const HALF = { passed: 5, retries: 10 }

it.each([
  ['a regression whose every other retry passed', 'regression', 4, HALF, true],
  ['one without a baseline, too', 'no baseline', 20, HALF, true],
  ['a regression whose retries rarely pass', 'regression', 4, { passed: 4, retries: 10 }, false],
  ['a regression of which nothing is known', 'regression', 4, undefined, false],
  ['a testbed that failed', 'regression', 16, undefined, true],
  ['a test that is never run', 'regression', 99, undefined, false],
  ['what fails against the release, too', 'not a regression', 16, HALF, false],
  ['what has passed', 'pass', 0, HALF, false],
] as const)('%s', (_, outcome, exitcode, own, expected) => {
  expect(isWorthRetrying(outcome, exitcode, own)).toBe(expected)
})
