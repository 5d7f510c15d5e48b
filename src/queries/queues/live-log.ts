import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { TranscriptOf, TranscriptPiece, Transcripts } from '../../backends/transcripts/transcripts.ts'
import { isRunningId } from '../../contracts/files/running-id.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'
import { findRunning } from './running.ts'

interface Deps {
  readonly results: Pick<Results, 'history'>
  readonly snapshots: Pick<Snapshots, 'running'>
  readonly transcripts: Pick<Transcripts, 'read'>
}

/** The known parts of the log of a test that is running, or ended a few minutes ago. */
export interface LiveLog {
  readonly of: TranscriptOf
  /** The pieces that are still stored. */
  readonly pieces: readonly TranscriptPiece[]
  readonly isRunning: boolean
  /** Its run, once it is recorded. */
  readonly run: RunKey | undefined
}

/** The number of runs since it began that are examined. */
const LOOKED_AT = 20
/** Clocks of machines may differ by this much. */
const SLACK_MS = 5 * 60_000

/**
 * The log of a running test by its name, with the pieces after `after`; undefined if nothing of it is stored.
 */
export async function liveLog(deps: Deps, id: string, after = 0): Promise<LiveLog | undefined> {
  if (!isRunningId(id)) return undefined
  const kept = await deps.transcripts.read(id)
  if (kept === undefined) return undefined
  const { of } = kept
  const isRunning = findRunning(deps, id) !== undefined && kept.pieces.at(-1)?.last === undefined
  return {
    of,
    pieces: kept.pieces.filter(({ number }) => number > after),
    isRunning,
    run: isRunning ? undefined : await runOf(deps, of),
  }
}

/** The recorded run of the same test and triggers since it began. */
async function runOf(
  { results }: Deps,
  { began, triggers, ...test }: TranscriptOf,
): Promise<RunKey | undefined> {
  const since = new Date(began - SLACK_MS).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
  const runs = await results.history(test, { limit: LOOKED_AT, after: since })
  const asked = triggers.join(' ')
  return runs.findLast(run => splitTriggers(run.triggers ?? '').join(' ') === asked)
}
