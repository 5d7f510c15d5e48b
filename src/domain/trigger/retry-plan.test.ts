import { expect, it } from 'vitest'
import { type RetryHow, retryPlan } from './retry-plan.ts'

const run = {
  triggers: ['perl/5.40-1', 'glibc/2.39-1'],
  allProposed: false,
  heldUp: ['perl/5.40-1', 'gcc/14-1', 'gcc/14-2', 'migration-reference/0'],
}

it.each<[RetryHow, string[], string[], boolean]>([
  ['as it was', [], ['perl/5.40-1', 'glibc/2.39-1'], false],
  ['as it was', ['a/1', 'perl/5.40-1'], ['perl/5.40-1', 'glibc/2.39-1', 'a/1'], false],
  ['all-proposed', ['a/1'], ['perl/5.40-1', 'glibc/2.39-1', 'a/1'], true],
  ['baseline', ['a/1'], ['migration-reference/0'], false],
  ['once', [], ['gcc/14-2', 'glibc/2.39-1', 'perl/5.40-1'], false],
  ['once', ['a/1'], ['gcc/14-2', 'glibc/2.39-1', 'perl/5.40-1', 'a/1'], false],
])('plans %s, with %j added: %j, all-proposed %s', (how, added, triggers, allProposed) => {
  expect(retryPlan(run, how, added)).toEqual({ triggers, allProposed })
})

it('keeps all-proposed of a run, but for a baseline', () => {
  const wide = { ...run, allProposed: true }
  expect(retryPlan(wide, 'as it was', []).allProposed).toBe(true)
  expect(retryPlan(wide, 'once', []).allProposed).toBe(true)
  expect(retryPlan(wide, 'baseline', []).allProposed).toBe(false)
})
