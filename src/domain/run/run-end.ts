import type { LogIndex, LogSection } from '../log/log-index.ts'
import { hasFailed, type Subtest } from './subtest.ts'
import { isCutShort, verdictOf } from './verdict.ts'

/** What is known about the tests inside a run. */
interface KnownTests {
  readonly exitcode: number | null
  readonly subtests: readonly Subtest[]
  readonly log: LogIndex | undefined
}

/** The bit of an exit code for an erroneous package (autopkgtest(1), "EXIT STATUS"). */
const ERRONEOUS = 8

/** Tests that the log begins, but without a result in it or in the summary. */
export function unendedTests({ subtests, log }: Pick<KnownTests, 'subtests' | 'log'>): LogSection[] {
  const tests = log?.sections.filter(section => section.kind === 'test') ?? []
  /** The number of results in the summary that belong to no section. */
  const spare = new Map<string, number>()
  for (const { name } of subtests) spare.set(name, (spare.get(name) ?? 0) + 1)
  for (const { name, result } of tests) if (result !== undefined) spare.set(name, (spare.get(name) ?? 0) - 1)
  return tests.filter(({ name, result }) => {
    if (result !== undefined) return false
    const left = spare.get(name) ?? 0
    spare.set(name, left - 1)
    return left <= 0
  })
}

/** Whether a run ended before all its tests did: it was killed, its testbed failed, or the log says so. */
export function endedEarly(run: KnownTests): boolean {
  if (unendedTests(run).length > 0) return true
  if (run.log?.sections.some(section => section.kind === 'summary')) return false
  return isCutShort(run.exitcode) || run.log?.errorLine !== undefined
}

/**
 * A description of the failure that the exit code reports and that is not among the subtests; undefined if it
 * is, or if nothing failed. An erroneous package may have no failed test.
 */
export function missingFailure({ exitcode, subtests }: KnownTests): string | undefined {
  if (exitcode === null || verdictOf(exitcode) !== 'fail') return undefined
  if (subtests.some(({ result }) => hasFailed(result))) return undefined
  if ((exitcode & ERRONEOUS) === 0) return 'a test failed'
  return subtests.length === 0 ? undefined : 'a test failed, or the package is erroneous'
}
