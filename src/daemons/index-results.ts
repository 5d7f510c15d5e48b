import { indexRunDetails } from '../operations/index/index-run-details.ts'
import { indexMoreRuns } from '../operations/index/index-runs.ts'
import { triggerIndexing } from '../operations/index/index-triggers.ts'
import { type Daemon, type DaemonDeps, type RunningDaemon, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'index-results'
/** Runs whose files are read in one go, and so many of them at once. */
const SOME = 100
const PARALLEL = 4

/**
 * Fills what is derived: from rows as soon as they are recorded, and from the files of each run, the newest
 * first. It can be deleted at any time, and is then made again.
 */
export const indexResults: Daemon<'results' | 'derived' | 'store' | 'state'> = {
  name: NAME,
  async start(deps) {
    return together(NAME, [
      await rows.start(deps),
      await triggers.start(deps),
      await details.start(deps),
      measuring(deps),
    ])
  },
}

const rows = every<'results' | 'derived'>(
  { seconds: 10, wake: ({ backends }, wake) => backends.results.onChange(wake) },
  {
    name: NAME,
    run: async ({ backends }) => ((await indexMoreRuns(backends)) ? 'again' : undefined),
  },
)

/** What became of triggers follows by itself: the index of runs does not wait for it. */
const triggers: Daemon<'results' | 'derived'> = {
  name: NAME,
  async start(deps) {
    const indexing = triggerIndexing(deps.backends)
    const uncounted = (rows: number) => deps.metrics.messages(NAME, 'unversioned', rows)
    const daemon = every<'results' | 'derived'>(
      { seconds: 10, wake: ({ backends }, wake) => backends.results.onChange(wake) },
      { name: NAME, run: async () => ((await indexing.step(uncounted)) ? 'again' : undefined) },
    )
    return daemon.start(deps)
  },
}

const details = every<'derived' | 'store' | 'state'>(
  { seconds: 60, wake: ({ backends }, wake) => backends.derived.onChange(wake) },
  {
    name: NAME,
    async run({ backends, log }, signal) {
      const limits = { some: SOME, parallel: PARALLEL }
      const more = await backends.state.withLock(NAME, lost =>
        indexRunDetails({ ...backends, log }, limits, AbortSignal.any([signal, lost])),
      )
      return more === true ? 'again' : undefined
    },
  },
)

function measuring({ metrics, backends }: DaemonDeps<'derived'>): RunningDaemon {
  const forget = metrics.waiting(NAME, () => backends.derived.backlog())
  return {
    name: NAME,
    health: () => ({ ok: true }),
    async stop() {
      forget()
    },
  }
}
