import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import type { Results } from '../../backends/results/results.ts'
import { BadInput, messageOf, Unavailable } from '../../domain/errors.ts'
import { runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import type { RunKey } from '../../domain/test/test.ts'
import type { BrokenRun, Tally } from './download-point.ts'
import type { ReadRun } from './read-stored-run.ts'

/** Rows of one transaction, fewer where they come slowly: what is fetched and not recorded is lost with us. */
const BATCH = 200
const BATCH_MS = 1000

interface Deps {
  readonly readRun: ReadRun
  readonly results: Pick<Results, 'record'>
}

export interface FetchOptions {
  /** Runs that are fetched at once. */
  readonly parallel: number
  /** Whether logs are read for what `result.tar` does not tell. */
  readonly logHeads: boolean
  readonly signal: AbortSignal
  /** Called for each run that is done with. */
  readonly onFetched: () => void
}

/**
 * Makes a function that fetches runs of a container and records them; further calls wait until it has finished. An
 * unreadable run is reported as broken, and the rest continues; but if the store is unavailable (as many failures in
 * a row as runs are fetched at once), it rejects. When it rejects, nothing is in progress any more.
 */
export function runFetcher(
  { readRun, results }: Deps,
  container: string,
  options: FetchOptions,
): (runs: readonly RunKey[]) => Promise<Tally> {
  const limit = pLimit(options.parallel)
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  // Each transfer under way listens
  setMaxListeners(0, signal)
  let awayInRow = 0

  async function read(key: RunKey): Promise<Run | 'left' | BrokenRun> {
    try {
      const run = await readRun(container, key, { logHeads: options.logHeads, signal })
      awayInRow = 0
      return run ?? 'left'
    } catch (error) {
      if (signal.aborted || !(error instanceof BadInput || error instanceof Unavailable)) throw error
      awayInRow = error instanceof Unavailable ? awayInRow + 1 : 0
      if (awayInRow >= options.parallel) throw error
      return broken(container, key, error)
    }
  }

  return async runs => {
    const waiting: Run[] = []
    const tally = { new: 0, known: 0, left: 0, broken: [] as BrokenRun[] }
    let flushed = performance.now()
    async function flush(): Promise<void> {
      const rows = waiting.splice(0)
      flushed = performance.now()
      const recorded = await record(results, container, rows)
      tally.new += recorded.new
      tally.broken.push(...recorded.broken)
      tally.known += rows.length - recorded.new - recorded.broken.length
    }
    async function fetchOne(key: RunKey): Promise<void> {
      if (signal.aborted) return
      try {
        const found = await read(key)
        if (found === 'left') tally.left++
        else if ('reason' in found) tally.broken.push(found)
        else waiting.push(found)
        if (waiting.length >= BATCH || performance.now() - flushed >= BATCH_MS) await flush()
        options.onFetched()
      } catch (error) {
        failed.abort(error)
      }
    }
    await limit.map(runs, fetchOne)
    signal.throwIfAborted()
    await flush()
    return tally
  }
}

function broken(container: string, key: RunKey, error: unknown): BrokenRun {
  return { name: `${container}/${runDirectory(key)}`, reason: messageOf(error) }
}

/** In one transaction, or one by one where a row among them cannot be recorded at all. */
async function record(
  results: Pick<Results, 'record'>,
  container: string,
  rows: readonly Run[],
): Promise<{ new: number; broken: BrokenRun[] }> {
  if (rows.length === 0) return { new: 0, broken: [] }
  try {
    return { new: (await results.record(rows)).length, broken: [] }
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    const [row, ...others] = rows as [Run, ...Run[]]
    if (others.length === 0) return { new: 0, broken: [broken(container, row, error)] }
    const first = await record(results, container, [row])
    const rest = await record(results, container, others)
    return { new: first.new + rest.new, broken: [...first.broken, ...rest.broken] }
  }
}
