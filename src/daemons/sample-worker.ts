import { pipeline } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { type Broker, TESTCOMPLETE, TESTSTATUS } from '../backends/broker/broker.ts'
import type { Store } from '../backends/store/store.ts'
import { logtail, TAIL_BYTES } from '../domain/log/logtail.ts'
import { parseJson } from '../domain/text/json.ts'
import { pause } from '../domain/time/pause.ts'
import type { Daemon } from './runtime/daemon.ts'

/** A request that was really made, and what came of it. */
export interface Sample {
  readonly queue: string
  /** `package\n{json}` */
  readonly request: string
  /** The message of its completion; the run lies in the store. */
  readonly completion: {
    readonly container: string
    readonly swift_dir: string
    readonly release: string
    readonly architecture: string
    readonly package: string
    /** Seconds. */
    readonly duration: string
  }
}

export interface SamplePace {
  /** How many tests run at once. */
  readonly runners: number
  /** How many requests are kept waiting. */
  readonly waiting: number
  readonly statusMs: number
  /** However long the real run took, its replay takes at least and at most so long. */
  readonly shortestMs: number
  readonly longestMs: number
}

const PACE: SamplePace = { runners: 3, waiting: 8, statusMs: 3000, shortestMs: 30_000, longestMs: 150_000 }

/** The parts of a request; `submit-time` is apart, for a replay is submitted anew. */
function parseRequest(request: string): { package: string; params: Record<string, unknown> } {
  const [name, json = '{}'] = request.split('\n')
  return { package: name as string, params: parseJson(json) as Record<string, unknown> }
}

/** The same request as if it were made now. */
function renewed(request: string, now: Date): string {
  const { package: name, params } = parseRequest(request)
  const submitted = `${now.toISOString().slice(0, 19).replace('T', ' ')}+0000`
  return `${name}\n${JSON.stringify({ ...params, 'submit-time': submitted })}`
}

/** The sample that a waiting request was made from; undefined for the requests of others. */
function sampleOf(samples: readonly Sample[], queue: string, body: string): Sample | undefined {
  const timeless = (request: string) => renewed(request, new Date(0))
  return samples.find(one => one.queue === queue && timeless(one.request) === timeless(body))
}

/**
 * Plays the workers where there are none: takes requests that were really made from the queues, reports on them as
 * workers do while their real logs grow, and says that they have completed. The runs are known already, so that
 * nothing is recorded twice, however long it goes on.
 */
export function sampleWorker(
  samples: readonly Sample[],
  pace: SamplePace = PACE,
): Daemon<'broker' | 'store'> {
  return {
    name: 'sample-worker',
    async start({ backends: { broker, store }, log }) {
      const stopping = new AbortController()
      const queues = [...new Set(samples.map(sample => sample.queue))]
      let made = 0
      let polled = 0

      /** Makes new requests until enough of them wait. */
      async function fillUp(): Promise<void> {
        const depths = [...(await broker.depths(queues)).values()]
        const waiting = depths.reduce<number>((sum, depth) => sum + (depth ?? 0), 0)
        for (let n = waiting; n < pace.waiting; n++) {
          const sample = samples[made++ % samples.length] as Sample
          await broker.publish(sample.queue, renewed(sample.request, new Date()))
        }
      }

      async function take(): Promise<{ queue: string; body: string } | undefined> {
        for (const _ of queues) {
          const queue = queues[polled++ % queues.length] as string
          const delivery = await broker.take(queue)
          if (delivery !== undefined) return { queue, body: Buffer.from(delivery.body).toString('utf8') }
        }
        return undefined
      }

      async function runOne(): Promise<void> {
        const taken = await take()
        await fillUp()
        const sample = taken && sampleOf(samples, taken.queue, taken.body)
        if (taken === undefined || sample === undefined) return
        const done = await replay({ broker, store }, sample, taken.body, pace, stopping.signal)
        if (!done) await broker.publish(taken.queue, taken.body)
      }

      async function work(): Promise<void> {
        while (!stopping.signal.aborted) {
          try {
            await runOne()
            await pause(pace.statusMs, stopping.signal)
          } catch (err) {
            log.warn({ err }, 'a sample could not be replayed')
            await pause(pace.longestMs, stopping.signal)
          }
        }
      }

      await fillUp()
      const working = Array.from({ length: pace.runners }, work)
      return {
        name: 'sample-worker',
        health: () => ({ ok: true }),
        async stop() {
          stopping.abort()
          await Promise.all(working)
        },
      }
    },
  }
}

/** Reports on one run from its beginning to its end; false if it was stopped before. */
async function replay(
  { broker, store }: { broker: Broker; store: Store },
  { completion }: Sample,
  body: string,
  pace: SamplePace,
  signal: AbortSignal,
): Promise<boolean> {
  const { container, swift_dir, release, architecture, package: name } = completion
  const object = await store.get(container, `${swift_dir}/log.gz`)
  const lines =
    object === undefined ? [] : (await text(pipeline(object.body, createGunzip(), () => {}))).split('\n')
  const { params } = parseRequest(body)
  const took = Number(completion.duration) * 1000
  const takes = Math.min(pace.longestMs, Math.max(pace.shortestMs, took))
  const report = (running: boolean, elapsedMs: number) => {
    const shown = Buffer.from(lines.slice(0, Math.ceil((lines.length * elapsedMs) / takes)).join('\n'))
    const duration = Math.round(elapsedMs / 1000)
    const status = { release, architecture, package: name, running, params, duration }
    const tail = logtail(shown, shown.subarray(-TAIL_BYTES))
    return broker.publishTo(TESTSTATUS, JSON.stringify({ ...status, logtail: tail }))
  }
  const began = performance.now()
  let elapsed = 0
  while (elapsed < takes && !signal.aborted) {
    await report(true, elapsed)
    await pause(pace.statusMs, signal)
    elapsed = performance.now() - began
  }
  await report(false, Math.min(elapsed, takes))
  if (signal.aborted) return false
  await broker.publishTo(TESTCOMPLETE, JSON.stringify(completion))
  return true
}
