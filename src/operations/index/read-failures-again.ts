import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Store } from '../../backends/store/store.ts'
import { messageOf, Unavailable } from '../../domain/errors.ts'
import { runDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { pause } from '../../domain/time/pause.ts'
import type { Log } from '../../log.ts'
import { indexLog } from './index-log.ts'
import type { SetAside } from './set-aside.ts'
import { throwIfNotOfRun } from './unreadable-run.ts'

interface Deps {
  readonly store: Pick<Store, 'get' | 'state'>
  readonly derived: Pick<Derived, 'queuedDetails' | 'details' | 'failures'>
  readonly results: Pick<Results, 'run'>
  readonly log: Log
  /** Kept from one go to the next. */
  readonly aside: SetAside
}

/** How the logs of runs from before are read. */
export interface ReadingPace {
  /** Of runs that ended since then. */
  readonly since: Date
  /** At most; 0: none are read. */
  readonly logsPerSecond: number
  /** The number of logs in one batch. */
  readonly some: number
}

/**
 * Reads some of the logs of earlier failed runs whose failures are unknown, the newest first: after those of new
 * runs, and within the configured rate. One whose transfer is interrupted is set aside, and retried a few times.
 * Returns true if there are more to read now. Throws Unavailable if the whole store is unavailable.
 */
export async function readFailuresAgain(
  deps: Deps,
  { since, logsPerSecond, some }: ReadingPace,
  signal: AbortSignal,
): Promise<boolean> {
  const { derived, aside } = deps
  if (logsPerSecond === 0) return false
  await derived.failures.readAgainSince(startOfRunId(since))
  for (let read = 0; read < some; read++) {
    const turn = performance.now() + 1000 / logsPerSecond
    if (signal.aborted || (await derived.queuedDetails(new Date(), 1)).length > 0) return false
    const run = (await derived.failures.toRead(aside.size + 1)).find(one => !aside.waits(one))
    if (run === undefined) return false
    await readOne(deps, run, signal)
    await pause(Math.max(0, turn - performance.now()), signal)
  }
  return true
}

/** What the ids of runs begin with that ended then: `20260902_101112`. */
const startOfRunId = (time: Date): string =>
  time.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')

async function readOne(deps: Deps, run: RunKey, signal: AbortSignal): Promise<void> {
  const { store, derived, log, aside } = deps
  let found: Awaited<ReturnType<typeof failuresOf>>
  try {
    found = await failuresOf(deps, run, signal)
  } catch (error) {
    if (signal.aborted) return
    await throwIfNotOfRun(store, error)
    // An interrupted transfer may succeed the next time; a missing or invalid log stays so
    const again = error instanceof Unavailable && aside.put(run)
    const reason = messageOf(error)
    log.info({ run: runDirectory(run), reason, again }, 'the log of a run cannot be read again')
    if (again) return
  }
  aside.forget(run)
  await derived.failures.save(run, found)
}

/** Undefined where the run, its details or its log are no more. */
async function failuresOf({ store, derived, results }: Deps, key: RunKey, signal: AbortSignal) {
  const [run, details] = await Promise.all([results.run(key), derived.details(key)])
  if (run === undefined || details?.state !== 'known') return undefined
  const known = {
    subtests: details.subtests,
    ...(run.exitcode === null ? {} : { exitcode: run.exitcode }),
  }
  return (await indexLog(store, key, known, signal))?.failures
}

/** Failures are kept so long, and of each test its newest for good. */
const KEPT_YEARS = 2
/** Rows of one transaction. */
const AT_ONCE = 200
/** Others who write get their turn in between. */
const PAUSE_MS = 20

/** Forgets failures of runs that are two years old, but each test's newest. */
export async function forgetOldFailures(
  { derived }: { readonly derived: Pick<Derived, 'failures'> },
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const before = new Date(now)
  before.setUTCFullYear(now.getUTCFullYear() - KEPT_YEARS)
  while (!signal.aborted && (await derived.failures.prune(startOfRunId(before), AT_ONCE)))
    await pause(PAUSE_MS, signal)
}
