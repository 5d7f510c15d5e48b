import { CONTEXTS, type QueueKey } from './queue-name.ts'

/** The state of the queues at one time, or the average over a span. */
export interface QueueSample {
  /** The arches, in the order of the rows of depths. */
  readonly arches: readonly string[]
  /**
   * The number of waiting requests for each arch, by context and release; null if that queue could not be
   * read. Undefined if none could be read: unknown is not zero.
   */
  readonly waiting?:
    | Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>
    | undefined
  /** Running tests by arch; undefined if unknown. */
  readonly running?: Readonly<Record<string, number>> | undefined
  /** Tests that began, by arch, whatever requested them. Undefined if unknown. */
  readonly began?: Readonly<Record<string, number>> | undefined
  /** Recorded runs, by arch: all of them, and those that passed. Undefined if they were not counted. */
  readonly ended?: Readonly<Record<string, readonly [number, number]>> | undefined
  /**
   * The tests that began and whose request has its time, by how long they had waited: see {@link waitBin}.
   */
  readonly waits?: Readonly<Record<string, number>> | undefined
}

/** The end of the first bin of waiting times in seconds, and the factor from one bin to the next. */
const FIRST_BIN_S = 30
const FACTOR = 1.25
/** The bin for a wait of a month and more. */
const LAST_BIN = 52

/** The bin of a waiting time: bin 0 is up to half a minute, each next one a quarter longer. */
export function waitBin(seconds: number): number {
  if (!(seconds > FIRST_BIN_S)) return 0
  return Math.min(LAST_BIN, Math.ceil(Math.log(seconds / FIRST_BIN_S) / Math.log(FACTOR)))
}

/** The longest time in a bin, in seconds. */
const binEnd = (bin: number): number => FIRST_BIN_S * FACTOR ** bin

/** The time in seconds within which the share `p` of tests began; undefined if none began. */
export function waitPercentile(waits: QueueSample['waits'], p: number): number | undefined {
  const bins = Object.entries(waits ?? {})
    .map(([bin, count]) => [Number(bin), count] as const)
    .sort(([a], [b]) => a - b)
  const total = bins.reduce((sum, [, count]) => sum + count, 0)
  let left = total * p
  for (const [bin, count] of bins) {
    if (left > count) {
      left -= count
      continue
    }
    const from = bin === 0 ? 0 : binEnd(bin - 1)
    return from + (binEnd(bin) - from) * (left / count)
  }
  return undefined
}

/**
 * Several samples as one: depths are averaged over the samples that have them; ended and begun tests are
 * added up.
 */
export function mergeSamples(samples: readonly QueueSample[]): QueueSample {
  const arches = [...new Set(samples.flatMap(sample => sample.arches))]
  return {
    arches,
    waiting: mergeWaiting(samples, arches),
    running: mergeRunning(samples),
    ended: mergeEnded(samples),
    began: mergeCounts(samples.map(({ began }) => began)),
    waits: mergeCounts(samples.map(({ waits }) => waits)),
  }
}

function mergeWaiting(samples: readonly QueueSample[], arches: readonly string[]): QueueSample['waiting'] {
  const known = samples.filter(sample => sample.waiting !== undefined)
  if (known.length === 0) return undefined
  const sums = new Map<string, { sum: number; count: number }>()
  const rows = new Set<string>()
  for (const { waiting, arches: own } of known) {
    for (const [context, byRelease] of Object.entries(waiting ?? {})) {
      for (const [release, row] of Object.entries(byRelease)) {
        rows.add(`${context}/${release}`)
        for (const [place, depth] of row.entries()) {
          if (depth === null) continue
          const key = `${context}/${release}/${own[place]}`
          const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 }
          sums.set(key, { sum: sum + depth, count: count + 1 })
        }
      }
    }
  }
  const merged: Record<string, Record<string, (number | null)[]>> = {}
  for (const name of rows) {
    const [context = '', release = ''] = name.split('/')
    const byRelease = merged[context] ?? {}
    merged[context] = byRelease
    byRelease[release] = arches.map(arch => {
      const found = sums.get(`${name}/${arch}`)
      return found === undefined ? null : Math.round(found.sum / found.count)
    })
  }
  return merged
}

function mergeRunning(samples: readonly QueueSample[]): QueueSample['running'] {
  const known = samples.flatMap(({ running }) => (running === undefined ? [] : [running]))
  if (known.length === 0) return undefined
  const sums: Record<string, number> = {}
  for (const running of known) {
    for (const [arch, count] of Object.entries(running)) sums[arch] = (sums[arch] ?? 0) + count
  }
  return Object.fromEntries(Object.entries(sums).map(([arch, sum]) => [arch, Math.round(sum / known.length)]))
}

function mergeEnded(samples: readonly QueueSample[]): QueueSample['ended'] {
  const known = samples.flatMap(({ ended }) => (ended === undefined ? [] : [ended]))
  if (known.length === 0) return undefined
  const sums: Record<string, [number, number]> = {}
  for (const ended of known) {
    for (const [arch, [all, passed]] of Object.entries(ended)) {
      const [before, passedBefore] = sums[arch] ?? [0, 0]
      sums[arch] = [before + all, passedBefore + passed]
    }
  }
  return sums
}

function mergeCounts(
  lists: readonly (Readonly<Record<string, number>> | undefined)[],
): Readonly<Record<string, number>> | undefined {
  const known = lists.filter(list => list !== undefined)
  if (known.length === 0) return undefined
  const sums: Record<string, number> = {}
  for (const counts of known) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}

/** The part of a queue by which lengths are added up. */
export type QueuePart = 'context' | 'release' | 'arch'

/** The number of waiting requests in each part, as far as known; undefined if nothing is known. */
export function waitingBy(sample: QueueSample, part: QueuePart): ReadonlyMap<string, number> | undefined {
  if (sample.waiting === undefined) return undefined
  const sums = new Map<string, number>()
  for (const [context, byRelease] of Object.entries(sample.waiting)) {
    for (const [release, row] of Object.entries(byRelease)) {
      for (const [place, depth] of row.entries()) {
        const name = { context, release, arch: sample.arches[place] ?? '' }[part]
        if (depth !== null) sums.set(name, (sums.get(name) ?? 0) + depth)
      }
    }
  }
  return sums
}

/** A sample's rows of depths, from the queues that could be read; empty rows are omitted. */
export function waitingOf(
  queues: readonly (QueueKey & { readonly size: number })[],
  arches: readonly string[],
): NonNullable<QueueSample['waiting']> {
  const sizes = new Map(
    queues.map(({ context, release, arch, size }) => [`${context}/${release}/${arch}`, size]),
  )
  const releases = [...new Set(queues.map(({ release }) => release))]
  const byContext: Record<string, Record<string, (number | null)[]>> = {}
  for (const context of CONTEXTS) {
    for (const release of releases) {
      const row = arches.map(arch => sizes.get(`${context}/${release}/${arch}`) ?? null)
      if (row.every(depth => depth === null)) continue
      const byRelease = byContext[context] ?? {}
      byContext[context] = byRelease
      byRelease[release] = row
    }
  }
  return byContext
}
