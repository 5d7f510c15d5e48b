import { pipeline } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { type Broker, TESTCOMPLETE, TESTSTATUS } from '../backends/broker/broker.ts'
import type { Store } from '../backends/store/store.ts'
import { logtail, TAIL_BYTES } from '../domain/log/logtail.ts'
import { parseJson } from '../domain/text/json.ts'
import { pause } from '../domain/time/pause.ts'

/** A real request, and its outcome. */
export interface Sample {
  readonly queue: string
  /** `package\n{json}` */
  readonly request: string
  /** The message of its completion; the run is in the store. */
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

/** However long the real run took, its replay takes a time between these two. */
export interface ReplayPace {
  readonly statusMs: number
  readonly shortestMs: number
  readonly longestMs: number
}

/** The parts of a request; `submit-time` is separate, as a replay is submitted anew. */
function parseRequest(request: string): { package: string; params: Record<string, unknown> } {
  const [name, json = '{}'] = request.split('\n')
  return { package: name as string, params: parseJson(json) as Record<string, unknown> }
}

/** The same request as if made now. */
export function renewed(request: string, now: Date): string {
  const { package: name, params } = parseRequest(request)
  const submitted = `${now.toISOString().slice(0, 19).replace('T', ' ')}+0000`
  return `${name}\n${JSON.stringify({ ...params, 'submit-time': submitted })}`
}

/** The sample that a waiting request was made from; undefined for the requests of others. */
export function sampleOf(samples: readonly Sample[], queue: string, body: string): Sample | undefined {
  const timeless = (request: string) => renewed(request, new Date(0))
  return samples.find(one => one.queue === queue && timeless(one.request) === timeless(body))
}

/** Reports on one run from beginning to end; false if it was stopped before. */
export async function replay(
  { broker, store }: { broker: Broker; store: Store },
  { completion }: Sample,
  body: string,
  pace: ReplayPace,
  signal: AbortSignal,
): Promise<boolean> {
  const { container, swift_dir, release, architecture, package: name } = completion
  const object = await store.get(container, `${swift_dir}/log.gz`)
  const lines =
    object === undefined ? [] : (await text(pipeline(object.body, createGunzip(), () => {}))).split('\n')
  const log = Buffer.from(lines.join('\n'))
  /** Where each line ends: every report has a part of the same bytes. */
  const ends = [0]
  for (let at = log.indexOf('\n'); at !== -1; at = log.indexOf('\n', at + 1)) ends.push(at)
  ends.push(log.length)
  const { params } = parseRequest(body)
  const took = Number(completion.duration) * 1000
  const takes = Math.min(pace.longestMs, Math.max(pace.shortestMs, took))
  const report = (running: boolean, elapsedMs: number) => {
    const shown = log.subarray(0, ends[Math.ceil((lines.length * elapsedMs) / takes)] ?? log.length)
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
