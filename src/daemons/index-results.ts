import { indexRunDetails } from '../operations/index/index-run-details.ts'
import { indexMoreRuns } from '../operations/index/index-runs.ts'
import { indexSteadiness } from '../operations/index/index-steadiness.ts'
import { triggerIndexing } from '../operations/index/index-triggers.ts'
import { forgetOldFailures, readFailuresAgain } from '../operations/index/read-failures-again.ts'
import { SetAside } from '../operations/index/set-aside.ts'
import { type Daemon, type DaemonDeps, type RunningDaemon, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'index-results'
/** How many runs have their files read in one batch, and how many at once. */
const SOME = 100
const PARALLEL = 4

/**
 * Fills the derived database: from rows as soon as they are recorded, and from the files of each run, the newest
 * first. The database can be deleted at any time, and is then rebuilt.
 */
export const indexResults: Daemon<'results' | 'derived' | 'store' | 'state'> = {
  name: NAME,
  async start(deps) {
    const parts = [rows, triggers, steadiness, details, failures, oldFailures]
    const running = await Promise.all(parts.map(part => part.start(deps)))
    return together(NAME, [...running, measuring(deps)])
  },
}

const rows = every<'results' | 'derived'>(
  { seconds: 10, wake: ({ backends }, wake) => backends.results.onChange(wake) },
  {
    name: NAME,
    run: async ({ backends }) => ((await indexMoreRuns(backends)) ? 'again' : undefined),
  },
)

/** How steady tests are: counted for each that has new runs, and for those whose runs were removed. */
const steadiness = every<'results' | 'derived'>(
  { seconds: 10, wake: ({ backends }, wake) => backends.results.onChange(wake) },
  {
    name: NAME,
    run: async ({ backends }) => ((await indexSteadiness(backends)) ? 'again' : undefined),
  },
)

/** The outcomes of triggers are computed separately: the index of runs does not wait for them. */
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

const DAY_MS = 86_400_000
/** After how many earlier logs it is checked whether other processes read them, and whether there is other work. */
const SOME_LOGS = 50

/** The logs of runs that failed before this program looked for why. */
const failures: Daemon<'derived' | 'store' | 'state' | 'results'> = {
  name: NAME,
  start(deps) {
    const aside = new SetAside()
    const reading = every<'derived' | 'store' | 'state' | 'results'>(
      { seconds: 60 },
      {
        name: NAME,
        async run({ backends, settings, log }, signal) {
          const { sinceDays, logsPerSecond } = settings.failures
          const pace = { since: new Date(Date.now() - sinceDays * DAY_MS), logsPerSecond, some: SOME_LOGS }
          const more = await backends.state.withLock(`${NAME} failures`, lost =>
            readFailuresAgain({ ...backends, log, aside }, pace, AbortSignal.any([signal, lost])),
          )
          return more === true ? 'again' : undefined
        },
      },
    )
    return reading.start(deps)
  },
}

const oldFailures = every<'derived' | 'state'>(
  { seconds: 86_400 },
  {
    name: NAME,
    async run({ backends }, signal) {
      await backends.state.withLock(`${NAME} old failures`, lost =>
        forgetOldFailures(backends, new Date(), AbortSignal.any([signal, lost])),
      )
      return undefined
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
