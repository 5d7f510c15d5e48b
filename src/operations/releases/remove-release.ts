import { setTimeout as sleep } from 'node:timers/promises'
import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { State } from '../../backends/state/state.ts'
import { distributionContainer } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { releaseTests } from '../../queries/tests/release-tests.ts'
import { removeRuns } from '../index/remove-runs.ts'
import { downloadPoints } from '../ingest/download-point.ts'

interface Deps {
  readonly results: Pick<Results, 'id' | 'tests' | 'history' | 'remove' | 'currentVersions'>
  readonly derived: Pick<Derived, 'remove'>
  readonly state: Pick<State, 'point' | 'setPoint'>
}

export interface RemovalOptions {
  /** Only counts. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly onProgress?: (removed: Removal) => void
}

export interface Removal {
  readonly tests: number
  readonly runs: number
}

const TESTS = 200
/** Rows of one transaction: some tens of milliseconds. */
const ROWS = 500
/** Others who write get their turn in between. */
const PAUSE_MS = 5

/**
 * Removes the rows of a release, the data derived from them, its versions in the archive and its checkpoint, in many
 * short transactions. If it is stopped, it resumes when it is run again.
 */
export async function removeRelease(
  { results, derived, state }: Deps,
  release: string,
  { dryRun, signal, onProgress }: RemovalOptions,
): Promise<Removal> {
  const removed = { tests: 0, runs: 0 }
  async function remove(runs: readonly RunKey[]): Promise<void> {
    if (dryRun) return
    await removeRuns({ results, derived }, runs)
    await sleep(PAUSE_MS)
  }
  for await (const tests of releaseTests(results, release, TESTS)) {
    const batch: RunKey[] = []
    for (const test of tests) {
      for await (const runs of runsOf(results, test)) {
        signal.throwIfAborted()
        removed.runs += runs.length
        batch.push(...runs)
        if (batch.length >= ROWS) await remove(batch.splice(0))
      }
      // A test without rows goes when it is named; so does one that has lost its last row
      batch.push({ ...test, runId: '' })
    }
    await remove(batch)
    removed.tests += tests.length
    onProgress?.(removed)
  }
  if (!dryRun) {
    await results.currentVersions().forget(release)
    await downloadPoints(state, await results.id(), distributionContainer(release)).forget()
  }
  return removed
}

/** The keys of the runs of a test, oldest first, in steps. */
async function* runsOf(
  results: Pick<Results, 'history'>,
  test: Omit<RunKey, 'runId'>,
): AsyncGenerator<RunKey[]> {
  for (let after = ''; ; ) {
    const runs = await results.history(test, { limit: ROWS, after })
    if (runs.length === 0) return
    after = runs[0]?.runId ?? ''
    yield runs.map(({ runId }) => ({ ...test, runId }))
  }
}
