import { beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import type { Held, Snapshot } from '../../src/backends/snapshots/snapshots.ts'
import type { TranscriptPiece } from '../../src/backends/transcripts/transcripts.ts'
import { amqpStatusCollector } from '../../src/daemons/amqp-status-collector.ts'
import { cacheAmqp } from '../../src/daemons/cache-amqp.ts'
import { downloadResults } from '../../src/daemons/download-results.ts'
import type { EverySpec, Interval } from '../../src/daemons/runtime/every.ts'
import { sampleQueuesDaemon } from '../../src/daemons/sample-queues.ts'
import { waitBin } from '../../src/domain/queue/queue-sample.ts'
import { passOverEnded } from '../../src/operations/queues/sample-queues.ts'
import { expectedStarts } from '../../src/queries/queues/expected-start.ts'
import { queuedRequests } from '../../src/queries/queues/queued.ts'
import { runningTests } from '../../src/queries/queues/running.ts'
import { ARCHES, RELEASES } from '../../src/sample/cast.ts'
import { startDaemon } from '../builders/daemons.ts'
import { type Listeners, playHour, type SaidMinute, until } from '../builders/play-hour.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { type RecordedTest, recordHour } from '../builders/recorded-hour.ts'
import { aRun } from '../builders/run.ts'
import { aSite, type Site } from '../web/site.ts'
import { describeWith, freshVhost } from './harness/index.ts'

/** An hour in a minute: what daemons do now and then, they do so much more often. */
const SPEED = 60
vi.mock('../../src/daemons/runtime/every.ts', async original => {
  const { every } = await original<typeof import('../../src/daemons/runtime/every.ts')>()
  return {
    every: (interval: Interval<never>, spec: EverySpec<never>) =>
      every({ ...interval, seconds: interval.seconds / SPEED }, spec),
  }
})

const MINUTE_MS = 60_000
const POINT_MS = 15 * MINUTE_MS
/** A run that is there already. */
const BEFORE = 1
const ESTIMATED_EVERY_MS = 5 * MINUTE_MS

/** A snapshot whose states came at the moment of the recording at which they were seen: files know another clock. */
function datedByRecording<T>(snapshot: Snapshot<T>): Snapshot<T> {
  const seen = new WeakMap<Held<T>, Held<T>>()
  return {
    replace: value => snapshot.replace(value),
    onChange: listener => snapshot.onChange(listener),
    current() {
      const held = snapshot.current()
      const { version, bytes } = held
      const dated: Held<T> = seen.get(held) ?? {
        ...{ version, bytes, at: held.at && new Date() },
        get state() {
          return held.state
        },
        get value() {
          return held.value
        },
      }
      seen.set(held, dated)
      return dated
    },
  }
}

/** When a request was said to begin, and when it did, in seconds from then. */
interface Estimate {
  readonly from: number
  readonly to: number
  readonly wait: number
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

describeWith(['rabbitmq'], 'an hour of the made-up world, played at sixty times its speed', () => {
  const hour = recordHour()
  let connect: () => Broker

  beforeAll(async () => {
    connect = rabbitmqAt(await freshVhost())
  })

  /** A site with the daemons that listen to the broker. */
  async function listen(): Promise<{ site: Site; broker: Broker; listeners: Listeners } & Heard> {
    const site = await aSite([aRun()], { settings: { releases: [...RELEASES], arches: [...ARCHES] } })
    const { results, derived, state, transcripts } = site.web
    const snapshots = {
      ...site.web.snapshots,
      running: datedByRecording(site.web.snapshots.running),
      queued: datedByRecording(site.web.snapshots.queued),
    }
    const backends = { broker: connect(), results, derived, state, transcripts, snapshots }
    const settings = { releases: RELEASES, arches: ARCHES }
    await backends.broker.declareQueues(hour.tests.map(({ queue }) => queue))
    await passOverEnded({ results, state })
    for (const daemon of [amqpStatusCollector, cacheAmqp, downloadResults, sampleQueuesDaemon])
      await startDaemon(daemon, backends, { settings })

    const estimates: Estimate[] = []
    const kept = new Map<RecordedTest, readonly TranscriptPiece[]>()
    const byBody = new Map(hour.tests.map(test => [`${test.queue} ${test.body}`, test]))

    async function estimate(now: number): Promise<void> {
      const waiting = queuedRequests({ snapshots }).queues.flatMap(({ bodies, ...queue }) =>
        bodies.map((body, place) => ({
          test: byBody.get(`debci-${queue.release}-${queue.arch} ${body}`) as RecordedTest,
          placed: { ...queue, package: '', position: place + 1 },
        })),
      )
      const expected = await expectedStarts(
        { results, snapshots, state },
        waiting.map(({ placed }) => placed),
        new Date(now),
      )
      for (const [place, one] of expected.entries()) {
        if (!one.isKnown) continue
        const [from, to] = [one.start.from, one.start.to].map(at => (at.getTime() - now) / 1000) as [
          number,
          number,
        ]
        estimates.push({
          from,
          to,
          wait: ((waiting[place] as { test: RecordedTest }).test.began - now) / 1000,
        })
      }
    }

    return {
      ...{ site, broker: backends.broker, estimates, kept },
      listeners: {
        isRunning(expected) {
          const { tests } = runningTests({ snapshots })
          return (
            tests.length === expected.size &&
            tests.every(({ id, duration }) => expected.get(id ?? '') === duration)
          )
        },
        isWaiting: expected =>
          queuedRequests({ snapshots }).queues.every(({ context, release, arch, size, known }) => {
            const waits = context === 'ubuntu' ? (expected.get(`debci-${release}-${arch}`) ?? 0) : 0
            return size === waits && known === waits
          }),
        isRecorded: async count => (await results.since(undefined, 1000)).runs.length === BEFORE + count,
        async onMinute(at) {
          const minute = at / MINUTE_MS
          const isSampled = async () => (await state.queueSamples.between(1, minute, minute + 1)).length > 0
          await until(isSampled, 'the sample of a minute')
          if (at > hour.from && at % ESTIMATED_EVERY_MS === 0) await estimate(at)
        },
        async onEnd(test) {
          const read = async () => (await transcripts.read(test.id))?.pieces ?? []
          await until(async () => (await read()).at(-1)?.last === true, `the end of ${test.package}`)
          kept.set(test, await read())
        },
      },
    }
  }

  it('gives charts, estimates and transcripts that are true to what was said', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: hour.from - MINUTE_MS })
    onTestFinished(() => void vi.useRealTimers())
    const { site, broker, listeners, estimates, kept } = await listen()
    const said = await playHour(hour, broker, listeners)

    const { points } = (await site.get('/statistics.json?range=day&by=arch')).json<{ points: Point[] }>()
    const known = points.filter(({ at }) => Date.parse(at) >= hour.from && Date.parse(at) < hour.to)
    expect(known).toHaveLength((hour.to - hour.from) / POINT_MS)
    for (const point of known) expectSaid(point, said)
    expect(sum(known.map(({ ended }) => ended ?? 0))).toBeGreaterThan(50)

    expect(estimates.length).toBeGreaterThan(500)
    const inside = estimates.filter(({ from, to, wait }) => from <= wait && wait <= to)
    expect(inside.length / estimates.length).toBeGreaterThanOrEqual(0.8)
    expect(median(estimates.map(({ from, to, wait }) => (to - from) / wait))).toBeLessThanOrEqual(2)

    for (const [test, pieces] of kept) expectPrinted(pieces, test)
    const gaps = [...kept.values()].flat().filter(({ gap }) => gap !== undefined)
    process.stdout.write(
      `${estimates.length} estimates, ${inside.length} of them true; ${kept.size} transcripts with ${gaps.length} gaps\n`,
    )
  }, 600_000)
})

interface Heard {
  readonly estimates: readonly Estimate[]
  readonly kept: ReadonlyMap<RecordedTest, readonly TranscriptPiece[]>
}

/** A point of the charts, as `/statistics.json` has it. */
interface Point {
  readonly at: string
  readonly waiting: Readonly<Record<string, number>> | null
  readonly running: number | null
  readonly ended: number | null
  readonly passed: number | null
  readonly began: number | null
  readonly waited_p50_s: number | null
  readonly waited_p90_s: number | null
}

/** A sample is taken when a minute begins, and has what happened in the one before. */
function expectSaid(point: Point, said: ReadonlyMap<number, SaidMinute>): void {
  const first = Date.parse(point.at) - MINUTE_MS
  const minutes = Array.from({ length: POINT_MS / MINUTE_MS }, (_, n) =>
    said.get(first + n * MINUTE_MS),
  ).filter(minute => minute !== undefined)
  const waits = minutes.flatMap(minute => minute.waits).sort((a, b) => a - b)
  expect.soft(point.ended, point.at).toBe(sum(minutes.map(({ ended }) => ended)))
  expect.soft(point.passed, point.at).toBe(sum(minutes.map(({ passed }) => passed)))
  expect.soft(point.began ?? 0, point.at).toBe(waits.length)
  // The samples are taken at the ends of the minutes; the very first one has nothing
  const mean = (of: (minute: SaidMinute) => number) => sum(minutes.map(of)) / (POINT_MS / MINUTE_MS)
  for (const arch of ARCHES) {
    const waiting = mean(minute => minute.waiting.get(`debci-forky-${arch}`) ?? 0)
    expect.soft(point.waiting?.[arch], `${arch} ${point.at}`).toBe(Math.round(waiting))
  }
  const running = sum(ARCHES.map(arch => Math.round(mean(minute => minute.running.get(arch) ?? 0))))
  expect.soft(point.running, point.at).toBe(running)
  for (const [share, told] of [
    [0.5, point.waited_p50_s],
    [0.9, point.waited_p90_s],
  ] as const) {
    const counted = waits[Math.ceil(waits.length * share) - 1]
    if (counted !== undefined) expect.soft(waitBin(told ?? 0), point.at).toBe(waitBin(counted))
  }
}

/** What was kept is the log, but for what is marked as missing. */
function expectPrinted(pieces: readonly TranscriptPiece[], { log, package: name }: RecordedTest): void {
  let at = 0
  for (const { text, gap } of pieces) {
    const found = gap === undefined ? at : log.indexOf(text, at)
    expect(log.slice(found, found + text.length), name).toBe(text)
    at = found + text.length
  }
  expect(at, name).toBe(log.length)
}
