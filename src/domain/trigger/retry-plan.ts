import { compareVersions } from '../version/version-order.ts'
import { MIGRATION_REFERENCE, parseTrigger } from './trigger.ts'

/** The ways to run a failed test again. */
export type RetryHow = 'as it was' | 'baseline' | 'all-proposed' | 'once'

/** The ways in the order in which they are offered, with their meaning. */
export const RETRY_HOWS: Readonly<Record<RetryHow, string>> = {
  'as it was': 'as they were',
  baseline: `against the release alone (${MIGRATION_REFERENCE}: a baseline anew)`,
  'all-proposed': 'with all of -proposed',
  once: 'once with all triggers that the test holds up',
}

export function isRetryHow(word: string): word is RetryHow {
  return Object.hasOwn(RETRY_HOWS, word)
}

/** A failed run. */
export interface FailedRun {
  readonly triggers: readonly string[]
  readonly allProposed: boolean
  /** All triggers that its test fails for. */
  readonly heldUp: readonly string[]
}

/** The parameters of the request for a retry. */
export interface RetryPlan {
  readonly triggers: readonly string[]
  readonly allProposed: boolean
}

/** @param added triggers to be added; not to a baseline, which tests the release alone */
export function retryPlan(run: FailedRun, how: RetryHow, added: readonly string[]): RetryPlan {
  if (how === 'baseline') return { triggers: [MIGRATION_REFERENCE], allProposed: false }
  const own = how === 'once' ? newestOfEach([...run.triggers, ...run.heldUp]) : run.triggers
  return {
    triggers: [...new Set([...own, ...added])],
    allProposed: how === 'all-proposed' || run.allProposed,
  }
}

/** The newest version of each source: older ones no longer wait for anything. The baseline is omitted. */
function newestOfEach(triggers: readonly string[]): string[] {
  const newest = new Map<string, string>()
  for (const text of triggers) {
    const trigger = parseTrigger(text)
    if (trigger === undefined || text === MIGRATION_REFERENCE) continue
    const known = newest.get(trigger.source)
    if (known === undefined || compareVersions(trigger.version, known) > 0) {
      newest.set(trigger.source, trigger.version)
    }
  }
  return [...newest].map(([source, version]) => `${source}/${version}`).sort()
}
