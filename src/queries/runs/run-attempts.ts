import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { type Lineage, lineageOf } from '../../domain/run/attempts.ts'
import type { Run } from '../../domain/run/run.ts'
import type { Steadiness } from '../../domain/run/steadiness.ts'
import { rescuesOfFailure } from '../failures/rescues-of-failure.ts'
import { type RescueRate, rescueRate } from '../tests/rescue-rate.ts'

/** The attempts before a run, and how often retries helped. */
export interface RunAttempts {
  readonly lineage: Lineage
  /** Undefined until it is counted. */
  readonly steadiness: Steadiness | undefined
  readonly rescue: RescueRate | undefined
}

/** The number of earlier runs that are searched for attempts at the same. */
const LOOKED_AT = 100

/** @param failure the address of the way in which it failed, if known */
export async function runAttempts(
  backends: {
    readonly results: Pick<Results, 'history' | 'run'>
    readonly derived: Pick<Derived, 'steadiness' | 'failures'>
  },
  run: Run,
  failure: string | undefined,
): Promise<RunAttempts> {
  const { results, derived } = backends
  const ofFailure = failure === undefined ? undefined : () => rescuesOfFailure(backends, failure)
  const [before, [steadiness], rescue] = await Promise.all([
    results.history(run, { limit: LOOKED_AT, before: run.runId }),
    derived.steadiness.of([run]),
    rescueRate(derived, run, ofFailure),
  ])
  return { lineage: lineageOf(run, before), steadiness, rescue }
}
