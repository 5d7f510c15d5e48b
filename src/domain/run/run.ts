import type { RunKey } from '../test/test.ts'

/**
 * The recorded outcome of one run, as in the results database. '' and null both mean unknown in `requester`
 * and `env`; `version` may be `unknown`, `blacklisted`, '' or null in damaged rows.
 */
export interface Run extends RunKey {
  readonly version: string | null
  /** `source/version` separated by single spaces. */
  readonly triggers: string | null
  /** Seconds. */
  readonly duration: number | null
  /** autopkgtest's exit code; negative if it was killed by a signal. */
  readonly exitcode: number | null
  readonly requester: string | null
  /** `all-proposed=1,testname=x`, either or both, or ''. */
  readonly env: string | null
}

/** Whether the run used all of -proposed: `all-proposed=1` anywhere in env. */
export function isAllProposed(run: Pick<Run, 'env'>): boolean {
  return run.env?.includes('all-proposed=1') ?? false
}

/** The one subtest that was requested, if the request named one. */
export function testnameOf(run: Pick<Run, 'env'>): string | undefined {
  return run.env
    ?.split(',')
    .find(part => part.startsWith('testname='))
    ?.slice('testname='.length)
}
