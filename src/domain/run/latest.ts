import type { Run } from './run.ts'
import { type Verdict, verdictOf, verdictsTelling } from './verdict.ts'

/** The last part of the address of a test's newest run of a kind. */
export type Latest = 'latest' | 'latest-pass' | 'latest-fail'

/**
 * The verdicts of each kind; undefined for all. A run that tested nothing has not passed, and one whose
 * testbed failed or that was never started says nothing about the test.
 */
export const VERDICTS_OF: Readonly<Record<Latest, readonly Verdict[] | undefined>> = {
  latest: undefined,
  'latest-pass': verdictsTelling('pass'),
  'latest-fail': verdictsTelling('failure'),
}

/** Whether an address of this kind may lead to a run. */
export function isOfKind(kind: Latest, run: Pick<Run, 'exitcode'>): boolean {
  return VERDICTS_OF[kind]?.includes(verdictOf(run.exitcode)) ?? true
}
