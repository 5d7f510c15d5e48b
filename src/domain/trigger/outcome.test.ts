import { describe, expect, it } from 'vitest'
import { failureOutcome, isOutcome, isPassSoFar, OUTCOMES, standsAlone } from './outcome.ts'

describe('what a failure comes to', () => {
  it.each([
    [undefined, false, 'no baseline'],
    [undefined, true, 'no baseline'],
    ['fail', false, 'not a regression'],
    ['fail', true, 'not a regression'],
    ['neutral', false, 'not a regression'],
    ['neutral', true, 'regression'],
    ['pass', true, 'regression'],
    // A pass of a version above the archive's does not count, even that of the baseline
    ['pass', false, 'not a regression'],
  ] as const)('with the baseline %s and ever passed %s: %s', (baseline, everPassed, outcome) => {
    expect(failureOutcome(baseline, everPassed)).toBe(outcome)
  })
})

describe('a pass', () => {
  it.each([
    ['1.0', undefined, true],
    ['1.0', '1.0', true],
    ['1.0', '1.1', true],
    ['1.1', '1.0', false],
    ['1.0~beta', '1.0', true],
    ['1:0.1', '2.0', false],
  ])('of %s with %s in the archive counts: %s', (version, current, counts) => {
    expect(isPassSoFar(version, current)).toBe(counts)
  })
})

it('has triggers stand alone that are kernels', () => {
  expect(['linux-meta', 'linux-meta-aws', 'linux', 'glibc', 'alinux-meta'].map(standsAlone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

it('has the worst outcome first', () => {
  expect([OUTCOMES[0], OUTCOMES.at(-1)]).toEqual(['regression', 'pass'])
  expect([isOutcome('no baseline'), isOutcome('no-baseline')]).toEqual([true, false])
})
