import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { QueueSamples } from '../../backends/state/queue-samples.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { QueueKey } from '../../domain/queue/queue-name.ts'
import { mergeSamples, type QueueSample, waitingBy } from '../../domain/queue/queue-sample.ts'
import { FEW_BEGAN, type QueuePace, startRange } from '../../domain/queue/start-estimate.ts'
import { type KeptAnswers, keptAnswers } from '../../domain/time/kept-answers.ts'
import { queuedRequests } from './queued.ts'
import { usualDurations } from './usual-durations.ts'

export interface ExpectedStartDeps {
  readonly results: Pick<Results, 'durations'>
  readonly snapshots: Pick<Snapshots, 'queued'>
  readonly state: { readonly queueSamples: Pick<QueueSamples, 'between'> }
}

/** A waiting request, and its place, from 1. */
export interface Placed extends QueueKey {
  readonly package: string
  readonly position: number
}

/** Two moments between which something happens in eight cases out of ten. */
export interface Between {
  readonly from: Date
  readonly to: Date
}

/** When a request is likely to begin and to end. */
export type ExpectedStart =
  | { readonly isKnown: true; readonly start: Between; readonly end: Between | undefined }
  /** Too few tests begin on its arch to tell; since when, if known. */
  | { readonly isKnown: false; readonly still: Date | undefined }

const MINUTE_MS = 60_000
/** The number of last minutes whose pace is assumed for the next hours. */
const LOOKED_BACK = 60
/** Fewer samples do not give a pace. */
const FEW_SAMPLES = 10
/** The number of minutes in which the last beginning is searched for, if no tests begin. */
const STILL_MINUTES = 24 * 60
/** The number of tests whose durations are looked up for one answer. */
const MOST_ENDS = 1_000

interface ArchPace {
  readonly pace: QueuePace | undefined
  readonly still: Date | undefined
}

/**
 * When each of these requests is likely to begin, in the same order.
 * @param options.ends whether to estimate the end of each as well (of the first thousand), from how long its test takes
 */
export async function expectedStarts(
  deps: ExpectedStartDeps,
  requests: readonly Placed[],
  now: Date,
  options: { readonly ends?: boolean } = {},
): Promise<readonly ExpectedStart[]> {
  const { queues } = queuedRequests(deps)
  const arches = [...new Set(requests.map(({ arch }) => arch))]
  const paces = new Map(
    await Promise.all(arches.map(async arch => [arch, await paceOf(deps, arch, now)] as const)),
  )
  const usual = options.ends === true ? await usualDurations(deps, requests.slice(0, MOST_ENDS)) : []
  return requests.map((request, index) => {
    const { pace, still } = paces.get(request.arch) as ArchPace
    const lengths = queues.filter(({ arch }) => arch === request.arch)
    const range = pace && startRange(request, request.position, lengths, pace)
    if (range === undefined) return { isKnown: false, still }
    const takes = usual[index]
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)
    return {
      isKnown: true,
      start: { from: at(range.from), to: at(range.to) },
      end: takes && { from: at(range.from + takes.p10), to: at(range.to + takes.p90) },
    }
  })
}

/**
 * Requests with the time when each is likely to begin; undefined if the samples cannot be read, which does
 * not affect the rest.
 */
export async function withExpectedStarts<Request extends Placed>(
  deps: ExpectedStartDeps,
  requests: readonly Request[],
  now: Date,
  options: { readonly ends?: boolean } = {},
): Promise<(Request & { readonly expected: ExpectedStart | undefined })[]> {
  const expected = await expectedStarts(deps, requests, now, options).catch((error: unknown) => {
    if (error instanceof Unavailable) return []
    throw error
  })
  return requests.map((request, place) => ({ ...request, expected: expected[place] }))
}

const answers = new WeakMap<object, KeptAnswers>()
const MOST_ARCHES = 50

/** The pace of an arch, cached for a minute, as there is one sample per minute. */
function paceOf(deps: ExpectedStartDeps, arch: string, now: Date): Promise<ArchPace> {
  const { queueSamples } = deps.state
  const known = answers.get(queueSamples) ?? keptAnswers(MOST_ARCHES)
  answers.set(queueSamples, known)
  const minute = Math.floor(now.getTime() / MINUTE_MS)
  return known.get(
    `${arch} ${minute}`,
    () => readPace(queueSamples, arch, minute),
    () => MINUTE_MS,
  )
}

async function readPace(
  samples: Pick<QueueSamples, 'between'>,
  arch: string,
  minute: number,
): Promise<ArchPace> {
  const recent = (await samples.between(1, minute - LOOKED_BACK, minute + 1)).filter(
    ({ sample }) => sample.began !== undefined,
  )
  const first = recent[0]
  const last = recent.at(-1)
  if (first === undefined || last === undefined || recent.length < FEW_SAMPLES)
    return { pace: undefined, still: undefined }
  const began = sumOf(recent, arch)
  if (began === 0) return { pace: undefined, still: await stillSince(samples, arch, minute) }
  // A sample has the tests that began in the minute before it
  const minutes = last.minute - first.minute + 1
  const grown = beforeHuge(last.sample, arch) - beforeHuge(first.sample, arch)
  const arrived = Math.max(0, grown + began)
  const busy = busyMinutes(recent, arch)
  const begunThen = sumOf(busy, arch)
  if (begunThen < FEW_BEGAN) return { pace: { began, minutes, arrived, isIdle: true }, still: undefined }
  const share = busy.length / minutes
  return { pace: { began: begunThen, minutes: busy.length, arrived: arrived * share }, still: undefined }
}

type Minutes = readonly { readonly minute: number; readonly sample: QueueSample }[]

const sumOf = (minutes: Minutes, arch: string): number =>
  mergeSamples(minutes.map(({ sample }) => sample)).began?.[arch] ?? 0

/**
 * The minutes at whose beginning and end requests were waiting: the others show how much was requested, not
 * how fast it is taken.
 */
function busyMinutes(minutes: Minutes, arch: string): Minutes {
  const isWaiting = (sample: QueueSample) => (waitingBy(sample, 'arch')?.get(arch) ?? 0) > 0
  return minutes.filter(({ sample, minute }, place) => {
    const before = minutes[place - 1]
    return before?.minute === minute - 1 && isWaiting(before.sample) && isWaiting(sample)
  })
}

/** The number of waiting requests in the queues that take precedence over `huge`. */
function beforeHuge({ waiting, arches }: QueueSample, arch: string): number {
  const place = arches.indexOf(arch)
  return Object.entries(waiting ?? {})
    .filter(([context]) => context !== 'huge')
    .flatMap(([, byRelease]) => Object.values(byRelease))
    .reduce((sum, row) => sum + (row[place] ?? 0), 0)
}

/** The time after the last minute in which a test began. */
async function stillSince(
  samples: Pick<QueueSamples, 'between'>,
  arch: string,
  minute: number,
): Promise<Date | undefined> {
  const day = await samples.between(1, minute - STILL_MINUTES, minute)
  const last = day.findLast(({ sample }) => (sample.began?.[arch] ?? 0) > 0) ?? day[0]
  return last && new Date(last.minute * MINUTE_MS)
}
