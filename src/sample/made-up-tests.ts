import { logtail, TAIL_BYTES } from '../domain/log/logtail.ts'
import { isPrivateRequest } from '../domain/request/request-redaction.ts'
import { runDirectory } from '../domain/run/container.ts'
import { containerOf, runIdOf } from '../worker/results/finish-run.ts'
import { completionMessage, statusMessage } from '../worker/status-messages.ts'
import { readWorkerRequest, type WorkerRequest } from '../worker/worker-request.ts'
import { archesOf, type Cast, HEROES, type MadePackage, madePackage, NEWEST } from './cast.ts'
import { makeLog } from './made-up-log.ts'
import { seededRandom, seedOf } from './random.ts'
import { makeRunFiles } from './run-files.ts'
import { exitcodeOf, type MadeRequest, type MadeUpOutcome, storyOutcome } from './stories.ts'
import { HOUR_MS, type Uploads } from './uploads.ts'

/** A request for the queue of its name. */
export interface MadeUpRequest {
  readonly queue: string
  readonly body: string
}

/** The files of a made-up test. */
export interface MadeUpResult {
  readonly container: string
  readonly isPrivate: boolean
  readonly directory: string
  /** Objects in the folder; the last is the one that makes the run complete. */
  readonly objects: readonly (readonly [name: string, bytes: Uint8Array])[]
  readonly completion: string
}

/** A test that appears to run. */
export interface MadeUpTest {
  /** Its duration. */
  readonly seconds: number
  /** The message that tells its progress a number of seconds after its beginning. */
  status(elapsed: number, running: boolean): string
  deliver(ended: Date): MadeUpResult
}

/** However long a package's tests usually take: whoever requests one wants to see the end. */
const [SHORTEST_S, LONGEST_S] = [20, 90]
/**
 * The part of an upload's tests that is requested: a queue that drains in minutes, so that people's requests are soon
 * taken.
 */
const LIVE_REQUESTS = 32
/** How long before the creation of the world the stuck test began. */
const STUCK_MS = 9 * HOUR_MS

/** Plays the packages of the made-up world, and any other, for those who request their tests. */
export interface MadeUpTests {
  /** What the archive itself requests at a time: tests that the newest upload triggers, in an order of its own. */
  requestsAt(now: Date): readonly MadeUpRequest[]
  /** The test for a request; throws BadInput for one that no worker would take. */
  begin(queue: string, body: Uint8Array, began: Date): MadeUpTest
  /** The message of a test that has been running for hours without any output. */
  stuck(now: Date): string
}

/** @param epoch when the world was created, in milliseconds since 1970 */
export function madeUpTests(cast: Cast, uploads: Uploads, epoch: number): MadeUpTests {
  return {
    requestsAt(now) {
      const upload = uploads.liveAt(now.getTime() - epoch)
      const random = seededRandom(seedOf(`${upload.source} ${upload.at}`))
      const submitted = `${now.toISOString().slice(0, 19).replace('T', ' ')}+0000`
      const triggers = [`${upload.source}/${upload.version}`]
      const params = JSON.stringify({ 'submit-time': submitted, triggers })
      return (cast.triggeredBy.get(upload.source) ?? [])
        .flatMap(name =>
          archesOf(cast.byName.get(name) as MadePackage, NEWEST).map(arch => ({
            order: random.next(),
            queue: `debci-${NEWEST}-${arch}`,
            body: `${name}\n${params}`,
          })),
        )
        .sort((a, b) => a.order - b.order)
        .slice(0, LIVE_REQUESTS)
        .map(({ queue, body }) => ({ queue, body }))
    },

    begin(queue, body, began) {
      const asked = readWorkerRequest(queue, body)
      const made = cast.byName.get(asked.package) ?? madePackage(asked.package)
      const request: MadeRequest = { ...asked, at: began.getTime() - epoch }
      const version = uploads.versionAt(asked.package, asked.release, request.at)
      const told = storyOutcome(made, request, version, cast.broken)
      const seconds = Math.min(LONGEST_S, Math.max(SHORTEST_S, told.seconds))
      const outcome = onlyAsked({ ...told, seconds }, asked.testname)
      const log = makeLog(request, outcome, began)
      let sent = 0
      return {
        seconds,
        status(elapsed, running) {
          const shown = log.slice(0, elapsed >= seconds ? log.length : endOfSecond(log, elapsed))
          const text = shown.slice(sent)
          const output = running && text !== '' ? { offset: sent, text } : undefined
          if (running) sent = shown.length
          return statusMessage(asked, {
            running,
            duration: Math.floor(elapsed),
            logtail: tailOf(shown),
            output,
          })
        },
        deliver: ended => deliver(asked, body, ended, { request, outcome, log }, uploads),
      }
    },

    stuck(now) {
      const began = new Date(epoch - STUCK_MS)
      const duration = Math.floor((now.getTime() - began.getTime()) / 1000)
      const triggers = ['libtide/1:9.2-1']
      const submitted = new Date(began.getTime() - 600_000).toISOString().slice(0, 19).replace('T', ' ')
      const params = { 'submit-time': `${submitted}+0000`, triggers }
      const test = { package: HEROES.stuck, release: NEWEST, arch: 's390x' }
      const outcome: MadeUpOutcome = {
        ...{ exitcode: 0, seconds: 300, version: uploads.versionAt(HEROES.stuck, NEWEST, 0) },
        tests: [{ name: 'smoke', result: 'PASS', lines: ['+ tidewheel --wait-for-high-tide'] }],
      }
      const log = makeLog({ ...test, triggers, at: -STUCK_MS }, outcome, began)
      const shown = log.slice(0, log.indexOf('\n', log.indexOf('--wait-for')) + 1)
      return JSON.stringify({
        ...test,
        architecture: test.arch,
        running: true,
        params,
        duration,
        logtail: tailOf(shown),
      })
    },
  }
}

/** The length of the log a number of seconds after its beginning: each line has the time at which it was written. */
function endOfSecond(log: string, elapsed: number): number {
  let end = 0
  while (end < log.length) {
    if (Number.parseInt(log.slice(end, end + 8), 10) > elapsed) return end
    end = log.indexOf('\n', end) + 1
  }
  return end
}

const tailOf = (log: string): string => {
  const bytes = Buffer.from(log)
  return logtail(bytes, bytes.subarray(-TAIL_BYTES))
}

/** Whoever requests one test of a package gets that one. */
function onlyAsked(outcome: MadeUpOutcome, testname: string | undefined): MadeUpOutcome {
  const tests = outcome.tests.filter(test => test.name === testname)
  if (tests.length === 0) return outcome
  return { ...outcome, tests, exitcode: exitcodeOf(tests) }
}

function deliver(
  asked: WorkerRequest,
  body: Uint8Array,
  ended: Date,
  played: { readonly request: MadeRequest; readonly outcome: MadeUpOutcome; readonly log: string },
  uploads: Uploads,
): MadeUpResult {
  const { request, outcome } = played
  const isPrivate = isPrivateRequest(asked.params)
  const directory = runDirectory({ ...asked, runId: runIdOf(asked, body, ended) })
  const container = containerOf(asked)
  const readers = asked.readableBy.map(reader => `${reader}\n`).join('')
  const duration = `${outcome.seconds}\n`
  const requester = asked.requester === undefined ? null : `${asked.requester}\n`
  const told = { exitcode: outcome.exitcode, version: outcome.version, duration, requester }
  return {
    container,
    isPrivate,
    directory,
    objects: [
      ...(isPrivate ? [['readable-by', Buffer.from(readers)] as const] : []),
      ...Object.entries(makeRunFiles(request, outcome, { log: played.log, env: asked.env, uploads })),
    ],
    completion: completionMessage(asked, told, { container, directory }),
  }
}
