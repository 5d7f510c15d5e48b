import { TESTCOMPLETE } from '../backends/broker/broker.ts'
import { GITHUB_JOB_DAYS, GITHUB_JOBS_KEPT } from '../backends/state/github-jobs.ts'
import { testcomplete } from '../contracts/messages/testcomplete.ts'
import { advanceGithubJobs, LEASE_S } from '../operations/github/advance-github-jobs.ts'
import { recordGithubCompletions } from '../operations/github/record-github-completions.ts'
import { consumer } from './runtime/consumer.ts'
import { type Daemon, type DaemonDeps, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'update-github-jobs'
const DAY_MS = 86_400_000
const FORGET_EVERY_MS = 3_600_000

type Used = 'broker' | 'github' | 'launchpad' | 'results' | 'state' | 'store'

/** Queues the tests that GitHub asks for, and tells it how they fare. */
export const updateGithubJobs: Daemon<Used> = {
  name: NAME,
  async start(deps) {
    return together(NAME, [await advancing().start(deps), await completions.start(deps)])
  },
}

/** At first, runs are looked for that ended while nothing was listening. */
function advancing(): Daemon<Used> {
  let isFirst = true
  let forgotten = -Infinity
  return every<Used>(
    { seconds: 1 },
    {
      name: NAME,
      async run({ backends, settings, log }) {
        const now = new Date()
        const { githubJobs } = backends.state
        if (isFirst) await githubJobs.runSoon(LEASE_S, now)
        isFirst = false
        if (performance.now() - forgotten > FORGET_EVERY_MS) {
          await githubJobs.forget(new Date(now.getTime() - GITHUB_JOB_DAYS * DAY_MS), GITHUB_JOBS_KEPT)
          forgotten = performance.now()
        }
        return (await advanceGithubJobs({ ...backends, log }, settings.baseUrl, now)) ? 'again' : undefined
      },
    },
  )
}

const completions = consumer({
  name: NAME,
  from: TESTCOMPLETE,
  /** Apart from that of download-results: each of both gets every completion. */
  queue: async ({ backends }: DaemonDeps<'results'>) =>
    `autopkgtest-web.github.${await backends.results.id()}`,
  message: testcomplete,
  handle: (batch, { backends, log }: DaemonDeps<'results' | 'state' | 'store'>) =>
    recordGithubCompletions(batch, { ...backends, log }, new Date()),
})
