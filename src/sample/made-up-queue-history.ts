import { type QueueSample, waitBin } from '../domain/queue/queue-sample.ts'
import { ARCHES, RELEASES } from './cast.ts'
import type { MadeRun } from './made-up-history.ts'

const MINUTE_MS = 60_000
const PASSES: ReadonlySet<number | null> = new Set([0, 2, 8])

/** Samples that each stand for a number of minutes, with the first of these minutes since 1970. */
interface SpanHistory {
  readonly span: 1 | 10 | 60
  readonly samples: readonly { readonly minute: number; readonly sample: QueueSample }[]
}

/**
 * How many minutes back from now each span reaches, thinned like the data of the daemon that records the lengths of
 * queues.
 */
const KEPT = [
  [60, 90 * 24 * 60],
  [10, 31 * 24 * 60],
  [1, 2 * 24 * 60],
] as const

/** The state of the queues at the end of a span, and the events during it, derived from the runs themselves. */
function sampleAt(runs: readonly MadeRun[], from: number, to: number): QueueSample {
  const waiting = RELEASES.map(() => ARCHES.map(() => 0))
  const running: Record<string, number> = {}
  const began: Record<string, number> = {}
  const waits: Record<string, number> = {}
  const ended: Record<string, [number, number]> = {}
  for (const { run, request, asked, ended: end } of runs) {
    const { arch } = run
    if (asked < to && request.at >= to) {
      const row = waiting[RELEASES.indexOf(run.release as (typeof RELEASES)[number])] as number[]
      const place = ARCHES.indexOf(arch as (typeof ARCHES)[number])
      row[place] = (row[place] ?? 0) + 1
    }
    if (request.at < to && end >= to) running[arch] = (running[arch] ?? 0) + 1
    if (request.at >= from && request.at < to) {
      began[arch] = (began[arch] ?? 0) + 1
      const bin = waitBin((request.at - asked) / 1000)
      waits[bin] = (waits[bin] ?? 0) + 1
    }
    if (end >= from && end < to) {
      const [all, passed] = ended[arch] ?? [0, 0]
      ended[arch] = [all + 1, passed + (PASSES.has(run.exitcode) ? 1 : 0)]
    }
  }
  const ubuntu = Object.fromEntries(RELEASES.map((release, place) => [release, waiting[place] as number[]]))
  return { arches: ARCHES, waiting: { ubuntu }, running, began, waits, ended }
}

/**
 * How long the queues were while the made-up runs were requested, taken and ended: for each minute of the last two
 * days, ten minutes of a month, and hour before that.
 * @param epoch when the world was created, in milliseconds since 1970
 */
export function madeUpQueueHistory(runs: readonly MadeRun[], epoch: number): SpanHistory[] {
  const now = Math.floor(epoch / MINUTE_MS)
  const sorted = [...runs].sort((a, b) => a.asked - b.asked)
  return KEPT.map(([span, reach]) => {
    const samples: { minute: number; sample: QueueSample }[] = []
    let open: MadeRun[] = []
    let next = 0
    for (let minute = Math.ceil((now - reach) / span) * span; minute + span <= now; minute += span) {
      const [from, to] = [minute * MINUTE_MS - epoch, (minute + span) * MINUTE_MS - epoch]
      for (; next < sorted.length && (sorted[next] as MadeRun).asked < to; next++)
        open.push(sorted[next] as MadeRun)
      samples.push({ minute, sample: sampleAt(open, from, to) })
      // Runs that are over by then are skipped from then on
      if (open.some(({ ended }) => ended < to)) open = open.filter(({ ended }) => ended >= to)
    }
    return { span, samples }
  })
}
