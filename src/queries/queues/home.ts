import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { QueueKey } from '../../domain/queue/queue-name.ts'
import type { Run } from '../../domain/run/run.ts'
import { type Load, loadOf } from './load.ts'
import { type Queues, queuedRequests } from './queued.ts'
import { type RunningTest, type RunningTests, runningTests } from './running.ts'

export interface Home {
  /** Newest first. */
  readonly completed: readonly Run[]
  readonly running: Pick<RunningTests, 'state' | 'at'> & { readonly total: number }
  readonly queued: Pick<Queues, 'state' | 'at' | 'total'>
  readonly load: Load
  readonly longest: readonly RunningTest[]
  /** Queues with waiting requests for a release and arch without running tests, the longest first. */
  readonly idle: readonly (QueueKey & { readonly size: number })[]
}

const COMPLETED = 15
const LONGEST = 5
const IDLE = 5

/** Current activity, at a glance. */
export async function home(backends: {
  results: Pick<Results, 'newest'>
  snapshots: Pick<Snapshots, 'running' | 'queued'>
}): Promise<Home> {
  const running = runningTests(backends)
  const queued = queuedRequests(backends)
  const busy = new Set(running.tests.map(test => `${test.release}/${test.arch}`))
  return {
    completed: await backends.results.newest({ limit: COMPLETED, offset: 0 }),
    running: { state: running.state, at: running.at, total: running.tests.length },
    queued,
    load: loadOf(running, queued),
    longest: running.tests.filter(test => !test.isPrivate).slice(0, LONGEST),
    idle: queued.queues
      .filter(queue => queue.size > 0 && !busy.has(`${queue.release}/${queue.arch}`))
      .sort((a, b) => b.size - a.size)
      .slice(0, IDLE),
  }
}
