import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { QueueSamples } from '../../backends/state/queue-samples.ts'
import { type Trigger, triggerText } from '../../domain/trigger/trigger.ts'
import { type ExpectedStart, withExpectedStarts } from '../queues/expected-start.ts'
import { queuedRequests, type WaitingRequest } from '../queues/queued.ts'
import { type RunningTest, runningTests } from '../queues/running.ts'
import { usualDurations } from '../queues/usual-durations.ts'

/** The running and waiting tests of a trigger; private ones are omitted. */
export interface TriggerLive {
  readonly running: { readonly total: number; readonly shown: readonly RunningTest[] }
  readonly queued: {
    readonly total: number
    readonly shown: readonly (WaitingRequest & { readonly expected: ExpectedStart | undefined })[]
  }
  /** How long machines will be busy with it, in seconds, based on the usual durations of its tests. */
  readonly toGo: {
    readonly seconds: number
    /** The number of tests whose duration is not known. */
    readonly unknown: number
  }
}

interface LiveBackends {
  readonly results: Pick<Results, 'durations'>
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly state: { readonly queueSamples: Pick<QueueSamples, 'between'> }
}

/** The number of entries in each list of a page. */
const SHOWN = 50
/** The number of tests whose durations are looked up; those of the others count as unknown. */
const MOST_TIMED = 2000

/**
 * What runs and waits for a trigger.
 * @param options.shown the number of entries in each list, if not those of a page
 * @param options.ends whether to estimate when each waiting one ends, too
 */
export async function triggerLive(
  backends: LiveBackends,
  trigger: Trigger,
  now: Date,
  options: { readonly shown?: number; readonly ends?: boolean } = {},
): Promise<TriggerLive> {
  const most = options.shown ?? SHOWN
  const text = triggerText(trigger)
  const running = runningTests(backends).tests.filter(
    ({ isPrivate, params }) => !isPrivate && params.audience === undefined && params.triggers.includes(text),
  )
  const queued = queuedRequests(backends)
    .triggeredBy(text)
    .filter(({ params }) => params.audience === undefined)
    .sort((a, b) => a.position - b.position)
  const [shown, toGo] = await Promise.all([
    withExpectedStarts(backends, queued.slice(0, most), now, options),
    timeToGo(backends, running, queued),
  ])
  return {
    running: { total: running.length, shown: running.slice(0, most) },
    queued: { total: queued.length, shown },
    toGo,
  }
}

async function timeToGo(
  backends: Pick<LiveBackends, 'results'>,
  running: readonly RunningTest[],
  queued: readonly WaitingRequest[],
): Promise<TriggerLive['toGo']> {
  const all = [...running, ...queued]
  const timed = all.slice(0, MOST_TIMED)
  const usual = await usualDurations(backends, timed)
  let [seconds, unknown] = [0, all.length - timed.length]
  for (const [place, takes] of usual.entries()) {
    const gone = running[place]?.duration ?? 0
    if (takes === undefined) unknown += 1
    else seconds += Math.max(0, takes.p50 - gone)
  }
  return { seconds, unknown }
}
