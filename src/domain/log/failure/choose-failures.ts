import { hasFailed, type Subtest } from '../../run/subtest.ts'
import { hasPassed, verdictOf } from '../../run/verdict.ts'
import type { LogSection } from '../log-index.ts'
import { type Failure, failureOf, type KnownOfRun } from './failure.ts'
import type { Candidate, Strength } from './rule.ts'

/** Strengths of lines that can be in a log although nothing failed. */
const VAGUE: readonly Strength[] = ['last', 'hint', 'error']
/** Details of a test that timed out; 124 is the exit status of timeout(1). */
const TIMED_OUT = /^timed out|exit status 124\b/
const STDERR = /^stderr: ?(.*)$/s

/** The candidates of one section of a log, by the part in which they stand. */
export interface KeptCandidates {
  readonly section: LogSection
  readonly setup: readonly Candidate[]
  readonly output: readonly Candidate[]
  readonly last: readonly Candidate[]
  readonly stderr: readonly Candidate[]
  readonly started: boolean
}

/**
 * Chooses the failures of a run from the candidates of its sections, in the order of the log, when it is known which
 * tests failed. Without a failed test, the failure of the run itself, if any.
 * @param sawTests whether the log has tests at all
 */
export function chooseFailures(
  kept: readonly KeptCandidates[],
  known: KnownOfRun,
  sawTests: boolean,
): Failure[] {
  if (known.exitcode !== undefined && hasPassed(verdictOf(known.exitcode))) return []
  const results = resultsByName(known.subtests ?? [])
  const found: Failure[] = []
  for (const test of kept) {
    if (test.section.kind !== 'test') continue
    const { name } = test.section
    const told = results.get(name)
    const { result, detail = '' } =
      told !== undefined && (told.isOnly || test.section.result === undefined) ? told.subtest : test.section
    if (result !== undefined && !hasFailed(result)) continue
    const ranked = result === undefined ? rankedOf(test, '') : rankedOf(test, detail)
    found.push(failureOf(name, ranked))
  }
  if (found.length > 0) return found
  // Without an exit code, only autopkgtest's own messages before the first test show that the run failed
  if (known.exitcode === undefined && sawTests) return []
  const preparation = kept.find(({ section }) => section.kind === 'preparation')
  if (preparation === undefined) return []
  const isTold = preparation.setup.some(({ strength }) => !VAGUE.includes(strength))
  if (known.exitcode === undefined && !isTold) return []
  const failure = failureOf('', preparation.setup)
  return failure.lines.length > 0 ? [failure] : []
}

interface ToldResult {
  readonly subtest: Subtest
  readonly isOnly: boolean
}

/**
 * Results by name. If several tests have a name, the failed one is used: only a section's own result tells
 * which of them it is.
 */
function resultsByName(subtests: readonly Subtest[]): Map<string, ToldResult> {
  const told = new Map<string, ToldResult>()
  for (const subtest of subtests) {
    const before = told.get(subtest.name)?.subtest
    told.set(subtest.name, {
      subtest: before !== undefined && hasFailed(before.result) ? before : subtest,
      isOnly: before === undefined,
    })
  }
  return told
}

function rankedOf(kept: KeptCandidates, detail: string): Candidate[] {
  const stderr = STDERR.exec(detail)
  if (stderr !== null) {
    const told = (stderr[1] as string).trim()
    const same = [...kept.output, ...kept.last].filter(({ text }) => told !== '' && text.trim() === told)
    return [...kept.stderr.slice(0, 1), ...same, ...kept.stderr.slice(1), ...kept.output, ...kept.last].map(
      line => ({ ...line, kind: 'stderr' }),
    )
  }
  if (!kept.started) return [...kept.setup, ...kept.last]
  if (TIMED_OUT.test(detail)) {
    const timeouts = kept.output.filter(({ kind }) => kind === 'timeout')
    const others = kept.output.filter(({ kind }) => kind !== 'timeout')
    const last = kept.last.map(line => ({ ...line, kind: 'timeout' as const }))
    return [...timeouts, ...(timeouts.length > 0 ? last.slice(0, 1) : []), ...others, ...last]
  }
  return [...kept.output, ...kept.last]
}
