import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { holdsOn, type Note } from '../../domain/note/note.ts'
import type { Run } from '../../domain/run/run.ts'
import { runIdTime } from '../../domain/run/run-id.ts'
import { hasPassed, verdictOf } from '../../domain/run/verdict.ts'
import type { TestKey } from '../../domain/test/test.ts'
import { MIGRATION_REFERENCE, splitTriggers } from '../../domain/trigger/trigger.ts'

interface Deps {
  readonly results: Pick<Results, 'run' | 'history' | 'newestRuns'>
  readonly derived: Pick<Derived, 'subtestsOf'>
}

/** The number of newest runs of a test that are examined; each note is examined again every minute. */
const NEWEST = 20

const isPass = ({ exitcode }: Run): boolean => verdictOf(exitcode) === 'pass'
const isReference = ({ triggers }: Run): boolean =>
  splitTriggers(triggers).every(trigger => trigger === MIGRATION_REFERENCE)

/**
 * The run whose pass ends a note, among those that ended after its last change; undefined while the note stays open.
 */
export async function passSince(deps: Deps, note: Note): Promise<Run | undefined> {
  const since = note.changed.getTime()
  const isSince = ({ runId }: Run): boolean => (runIdTime(runId) ?? 0) > since
  return note.kind === 'package' || note.test === undefined
    ? passOfPackage(deps, note, isSince)
    : passOfTests(deps, note, note.test, isSince)
}

/** Nothing of the package fails any more, on the architectures that the note names, and something has passed. */
async function passOfPackage(
  { results }: Deps,
  note: Note,
  isSince: (run: Run) => boolean,
): Promise<Run | undefined> {
  const newest = (await results.newestRuns(note.package)).filter(run => holdsOn(note, run.arch))
  if (newest.some(run => !hasPassed(verdictOf(run.exitcode)))) return undefined
  return latest(newest.filter(run => isPass(run) && isSince(run)))
}

/** The test has passed on each of its architectures where it has run at all. */
async function passOfTests(
  deps: Deps,
  note: Note,
  { release, arch }: Omit<TestKey, 'package'>,
  isSince: (run: Run) => boolean,
): Promise<Run | undefined> {
  const leftAtReference = await wasLeftAtReference(deps, note)
  const passes: Run[] = []
  for (const one of note.arches.length === 0 ? [arch] : note.arches) {
    const newest = await deps.results.history(
      { package: note.package, release, arch: one },
      { limit: NEWEST },
    )
    if (newest.length === 0) continue
    const counting = newest.filter(run => isSince(run) && (leftAtReference || !isReference(run)))
    const pass = counting.find(isPass) ?? (await passOfSubtest(deps, note, counting))
    if (pass === undefined) return undefined
    passes.push(pass)
  }
  return latest(passes)
}

async function passOfSubtest(
  { derived }: Deps,
  { kind, subtest }: Note,
  runs: readonly Run[],
): Promise<Run | undefined> {
  if (kind !== 'subtest' || runs.length === 0) return undefined
  const subtests = await derived.subtestsOf(runs)
  return runs.find((_, place) =>
    subtests[place]?.some(({ name, result }) => name === subtest && result === 'PASS'),
  )
}

async function wasLeftAtReference({ results }: Deps, { test, runId, ...note }: Note): Promise<boolean> {
  if (test === undefined || runId === undefined) return false
  const run = await results.run({ package: note.package, ...test, runId })
  return run !== undefined && isReference(run)
}

const latest = (runs: readonly Run[]): Run | undefined =>
  runs.toSorted((one, other) => (one.runId < other.runId ? 1 : -1))[0]
