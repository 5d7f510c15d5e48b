import { splitTriggers } from '../trigger/trigger.ts'
import type { Run } from './run.ts'
import { runIdTime } from './run-id.ts'

const DAY_MS = 24 * 60 * 60_000
/** A run that comes later than this after another is not a retry of it. */
const RETRY_WITHIN_MS = 30 * DAY_MS

/**
 * Exit codes after which people retry because of the test itself: its failures, and errors of autopkgtest in
 * it.
 */
const FAILED: readonly (number | null)[] = [4, 6, 12, 14, 20]
const PASSED: readonly (number | null)[] = [0, 2]

/**
 * Whether the test passed or failed in a run; undefined if neither: its testbed failed, or there was nothing
 * to test.
 */
export function hasSucceeded({ exitcode }: Pick<Run, 'exitcode'>): boolean | undefined {
  if (PASSED.includes(exitcode)) return true
  return FAILED.includes(exitcode) ? false : undefined
}

/**
 * A text that is equal for runs of one test with the same version, triggers and environment, in any order.
 */
export function askedWith({ version, triggers, env }: Pick<Run, 'version' | 'triggers' | 'env'>): string {
  const sorted = (words: readonly string[]): string => [...new Set(words)].sort().join(' ')
  const variables = (env ?? '').split(',').filter(Boolean)
  return `${version ?? ''}\n${sorted(splitTriggers(triggers))}\n${sorted(variables)}`
}

/** Whether `run` is a retry of `previous`, the failed run before it with the same parameters. */
export function isRetryOf(previous: Run, run: Run): boolean {
  const [before, after] = [runIdTime(previous.runId), runIdTime(run.runId)]
  if (before === undefined || after === undefined) return false
  return hasSucceeded(previous) === false && after - before <= RETRY_WITHIN_MS
}

/** A request that was made repeatedly. */
export interface Lineage {
  /** The number of this attempt, from 1. */
  readonly attempt: number
  /** Who requested these attempts, and how often, in the order of their first; '' if unknown. */
  readonly requesters: readonly { readonly name: string; readonly times: number }[]
}

/**
 * The attempts of which a run is the last: runs with the same parameters, each at most thirty days after the
 * one before.
 * @param before earlier runs of the same test, newest first
 */
export function lineageOf(run: Run, before: readonly Run[]): Lineage {
  const asked = askedWith(run)
  const attempts = [run]
  for (const one of before) {
    if (askedWith(one) !== asked) continue
    const [earlier, later] = [runIdTime(one.runId), runIdTime((attempts.at(-1) as Run).runId)]
    if (earlier === undefined || later === undefined || later - earlier > RETRY_WITHIN_MS) break
    attempts.push(one)
  }
  const times = new Map<string, number>()
  for (const { requester } of attempts.reverse())
    times.set(requester ?? '', (times.get(requester ?? '') ?? 0) + 1)
  return { attempt: attempts.length, requesters: [...times].map(([name, count]) => ({ name, times: count })) }
}
