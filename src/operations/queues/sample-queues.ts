import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { SampleSpan } from '../../backends/state/queue-samples.ts'
import type { State } from '../../backends/state/state.ts'
import { mergeSamples, type QueueSample, waitBin, waitingOf } from '../../domain/queue/queue-sample.ts'
import { runIdClock } from '../../domain/run/run-id.ts'
import { queuedRequests } from '../../queries/queues/queued.ts'
import { runningTests } from '../../queries/queues/running.ts'

interface Deps {
  readonly results: Pick<Results, 'id' | 'since'>
  readonly derived: Pick<Derived, 'position'>
  readonly snapshots: Pick<Snapshots, 'queued' | 'running'>
  readonly state: Pick<State, 'queueSamples' | 'point' | 'setPoint'>
}

/** A file that is older says nothing of now: the queues are read every twenty seconds or so. */
const STALE_MS = 5 * 60_000
const MINUTE_MS = 60_000
/** Rows that are counted at once, and how often: where there are more, an archive is being filled. */
const ROWS = 1_000
const MOST_READS = 20
/** A run that ended longer ago is not news: it was found in the store. */
const NEWS_MS = 24 * 60 * 60_000
const POINT = 'queue-samples'

/** How long samples are kept, in minutes: each for two days, of ten for a month, hours for three years. */
const KEPT: readonly (readonly [span: SampleSpan, minutes: number, next: SampleSpan | undefined])[] = [
  [1, 2 * 24 * 60, 10],
  [10, 31 * 24 * 60, 60],
  [60, 3 * 366 * 24 * 60, undefined],
]

/** What started, and how long it had waited; nothing if it is unknown what is running. */
export type Begun = Pick<QueueSample, 'began' | 'waits'>

/** Follows which tests begin. */
export interface BeginCounter {
  /** Looks at what runs now. */
  look(deps: Pick<Deps, 'snapshots'>): void
  /** What began since the last time this was asked. */
  take(): Begun
}

/** Counts from the first observation on: what was running before had started earlier. */
export function beginCounter(): BeginCounter {
  let seen: ReadonlySet<string> | undefined
  let waits: Record<string, number> = {}
  let began: Record<string, number> = {}
  let isKnown = false
  return {
    look(deps) {
      const { tests, state, at } = runningTests(deps)
      if (state !== 'ok' || at === undefined) return
      isKnown = true
      for (const { id, arch, duration, params } of tests) {
        if (id === undefined || seen === undefined || seen.has(id)) continue
        began[arch] = (began[arch] ?? 0) + 1
        if (params.submitted === undefined) continue
        const bin = waitBin((at.getTime() - params.submitted) / 1000 - duration)
        waits[bin] = (waits[bin] ?? 0) + 1
      }
      seen = new Set(tests.flatMap(({ id }) => id ?? []))
    },
    take() {
      const taken = isKnown ? { began, waits } : {}
      ;[began, waits, isKnown] = [{}, {}, false]
      return taken
    },
  }
}

/**
 * Keeps what waits, runs, ended and began in this minute, once for all who share the database, and thins what is older.
 * @param arches in the order in which depths are kept
 */
export async function sampleQueues(
  deps: Deps,
  begun: Begun,
  arches: readonly string[],
  now: Date,
): Promise<boolean> {
  const minute = Math.floor(now.getTime() / MINUTE_MS)
  const { queueSamples } = deps.state
  if ((await queueSamples.between(1, minute, minute + 1)).length > 0) return false
  const sample: QueueSample = {
    arches,
    waiting: waitingNow(deps, arches, now),
    running: runningNow(deps, now),
    ended: await endedSince(deps, now),
    ...begun,
  }
  await queueSamples.add(1, { minute, sample })
  await thin(queueSamples, minute)
  return true
}

function waitingNow(deps: Deps, arches: readonly string[], now: Date): QueueSample['waiting'] {
  const { queues, state, at } = queuedRequests(deps)
  if (state !== 'ok' || at === undefined || Math.abs(now.getTime() - at.getTime()) > STALE_MS)
    return undefined
  return waitingOf(queues, arches)
}

/** The file is written when it changes: an old one that has tests in it was left by a program that has ended. */
function runningNow(deps: Deps, now: Date): QueueSample['running'] {
  const { tests, state, at } = runningTests(deps)
  if (state !== 'ok' || at === undefined) return undefined
  if (tests.length > 0 && Math.abs(now.getTime() - at.getTime()) > STALE_MS) return undefined
  const counts: Record<string, number> = {}
  for (const { arch } of tests) counts[arch] = (counts[arch] ?? 0) + 1
  return counts
}

/** Runs that are recorded by now are no news for the next sample: they were put there, and did not just end. */
export async function passOverEnded({ results, state }: Pick<Deps, 'results' | 'state'>): Promise<void> {
  let position: string | undefined
  for (;;) {
    const { runs, position: next } = await results.since(position, ROWS)
    if (runs.length === 0) break
    position = next
  }
  await state.setPoint(`${POINT} ${await results.id()}`, position)
}

/** Runs that were recorded since the sample before; undefined at first, and while more come than happen. */
async function endedSince({ results, derived, state }: Deps, now: Date): Promise<QueueSample['ended']> {
  const database = await results.id()
  const name = `${POINT} ${database}`
  let position = await state.point(name)
  if (position === undefined) {
    // The position of the index is near the newest rows: counting those to come does not read millions of rows
    const indexed = await derived.position(database)
    if (indexed !== undefined) await state.setPoint(name, indexed)
    return undefined
  }
  const counts: Record<string, [number, number]> = {}
  let isWhole = false
  for (let read = 0; read < MOST_READS && !isWhole; read++) {
    const { runs, position: next } = await results.since(position, ROWS)
    for (const { arch, exitcode, runId } of runs) {
      if (now.getTime() - endOf(runId) > NEWS_MS) continue
      const [all, passed] = counts[arch] ?? [0, 0]
      counts[arch] = [all + 1, passed + (PASSES.has(exitcode ?? -1) ? 1 : 0)]
    }
    position = next ?? position
    isWhole = runs.length < ROWS
  }
  await state.setPoint(name, position)
  return isWhole ? counts : undefined
}

/** As the statistics count. */
const PASSES: ReadonlySet<number> = new Set([0, 2, 8])

function endOf(runId: string): number {
  const clock = runIdClock(runId)
  return clock === undefined ? 0 : Date.parse(`${clock.day}T${clock.clock}Z`)
}

/** Makes one sample of ten when they are over, and of six of those, and drops what is too old. */
async function thin(samples: Deps['state']['queueSamples'], minute: number): Promise<void> {
  for (const [span, kept, next] of KEPT) {
    if (next !== undefined) {
      const end = minute - (minute % next)
      // Two of them: the one before may have been missed in a restart
      for (const from of [end - 2 * next, end - next]) {
        if ((await samples.between(next, from, from + 1)).length > 0) continue
        const parts = await samples.between(span, from, from + next)
        if (parts.length === 0) continue
        await samples.add(next, { minute: from, sample: mergeSamples(parts.map(({ sample }) => sample)) })
      }
    }
    if (minute % 10 === 0) await samples.prune(span, minute - kept)
  }
}
