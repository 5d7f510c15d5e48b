import { type Verdict, verdictOf } from '../../domain/run/verdict.ts'

/** Verdicts as the tables keep them: by their place here, which is part of the schema. */
const VERDICTS: readonly Verdict[] = [
  'pass',
  'fail',
  'neutral',
  'tmpfail',
  'error',
  'denylisted',
  'otherfail',
]

export function verdictNumber(exitcode: number | null): number {
  return numberOfVerdict(verdictOf(exitcode))
}

export function numberOfVerdict(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict)
}

/** The verdicts of a filter's exit codes; all where it has none. */
export function verdictNumbers(exitcodes: readonly number[] | undefined): number[] {
  return exitcodes === undefined ? [...VERDICTS.keys()] : [...new Set(exitcodes.map(verdictNumber))]
}
