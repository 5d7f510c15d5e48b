import type { Broker, Peek } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { SubmittedRequest } from '../../backends/state/requests.ts'
import { queueName } from '../../domain/queue/queue-name.ts'
import { endsInDigits, runIdTime } from '../../domain/run/run-id.ts'
import { queuedRequests } from '../../queries/queues/queued.ts'
import { runningTests } from '../../queries/queues/running.ts'

/** A queue is read to its end up to this length: 3 to 4 s on RabbitMQ, while a worker waits up to 0.7 s. */
const MOST_READ = 150_000
/** More runs of one test than there can be while a request is being settled. */
const MOST_RUNS = 200
/** Clocks of workers may differ from ours by so much. */
const CLOCK_SLACK_MS = 60 * 60_000

/** What waits in a queue, if there is such a queue. */
export type LookInto = (queue: string) => Promise<Peek | undefined>

interface Deps {
  readonly lookInto: LookInto
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly results: Pick<Results, 'history'>
}

/** Whether workers got a request; `unknown` where one of those who know cannot tell now, and why. */
export type Location = 'there' | 'nowhere' | { readonly unknown: string }

/**
 * Looks for a request by its UUID, in the order of its progress: waiting, running, done. The list of waiting requests
 * may have only the head of a queue, and hides private requests; if it does not show the request, the whole queue is
 * read. Private runs cannot be distinguished: while one is running that may be the request, its state is unknown.
 */
export async function locateRequest(deps: Deps, request: SubmittedRequest, now: Date): Promise<Location> {
  const { uuid, context, release, arch } = request
  const listed = queuedRequests(deps).ofPackage(request.package)
  if (listed.some(waiting => waiting.params.uuid === uuid)) return 'there'

  const queue = queueName({ context, release, arch })
  const look = await deps.lookInto(queue)
  const body = Buffer.from(request.body)
  if (look?.bodies.some(waiting => body.equals(waiting))) return 'there'
  if (look?.unread !== undefined && look.depth > 0)
    return { unknown: `${queue} cannot be inspected: ${look.unread}` }
  if (look !== undefined && look.bodies.length < look.depth) {
    return { unknown: `${queue} is too long to be read completely` }
  }

  const running = runningTests(deps)
  if (running.state !== 'ok') return { unknown: 'it is unknown which tests are running' }
  if (running.tests.some(test => test.params.uuid === uuid)) return 'there'
  const isHidden = running.tests.some(
    test => test.isPrivate && test.release === release && test.arch === arch,
  )
  if (isHidden && request.readableBy.length > 0) {
    return { unknown: `a private test is running on ${release}/${arch}` }
  }

  return (await hasRun(deps.results, request, now)) ? 'there' : 'nowhere'
}

/** Looks into queues as far as they can be read; the last look is kept, for requests of the same queue in a row. */
export function lookOnce(broker: Pick<Broker, 'peek'>): LookInto {
  let last: { readonly queue: string; readonly look: ReturnType<LookInto> } | undefined
  return queue => {
    if (last?.queue !== queue) last = { queue, look: broker.peek(queue, MOST_READ) }
    return last.look
  }
}

/** A worker puts the hash of the message and its queue into the run id. */
async function hasRun(results: Deps['results'], request: SubmittedRequest, now: Date): Promise<boolean> {
  // A request that seems to come from the future says nothing of when it was made
  const since = request.submitted > now ? -Infinity : request.submitted.getTime() - CLOCK_SLACK_MS
  const runs = await results.history(request, { limit: MOST_RUNS })
  return runs.some(
    ({ runId }) => endsInDigits(runId, request.runIdSuffix) && (runIdTime(runId) ?? 0) >= since,
  )
}
