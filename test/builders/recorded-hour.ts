import { runningId } from '../../src/contracts/files/running-id.ts'
import { logtail, TAIL_BYTES } from '../../src/domain/log/logtail.ts'
import { distributionContainer, runDirectory } from '../../src/domain/run/container.ts'
import { runHash } from '../../src/domain/run/run-hash.ts'
import { pythonJson } from '../../src/domain/text/python-text.ts'
import { makeCast } from '../../src/sample/cast.ts'
import { type MadeRun, makeHistory } from '../../src/sample/made-up-history.ts'
import { makeLog } from '../../src/sample/made-up-log.ts'
import { makeUploads } from '../../src/sample/uploads.ts'
import { completionMessage, statusMessage } from '../../src/worker/status-messages.ts'
import { readWorkerRequest, type WorkerRequest } from '../../src/worker/worker-request.ts'

/** Workers report at this interval, and all other messages are sent at such a moment. */
export const STEP_MS = 10_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** How long after the beginning of the hour the upload comes for which the slow architectures need half a day. */
const BEFORE_UPLOAD_MS = 10 * MINUTE_MS
/** Workers on these architectures send the new output of a log with each report; the others show only its end. */
const SENDING: ReadonlySet<string> = new Set(['amd64', 'armhf', 'riscv64'])

/** A test that waits, runs or ends in the hour. All times are milliseconds since 1970. */
export interface RecordedTest {
  /** Its name while it runs. */
  readonly id: string
  readonly queue: string
  /** The message in the queue. */
  readonly body: string
  readonly arch: string
  readonly package: string
  readonly triggers: readonly string[]
  readonly asked: number
  readonly began: number
  readonly ended: number
  readonly passed: boolean
  /** The whole log. */
  readonly log: string
  readonly completion: string
  /** The report of its worker at a time; output that was sent before is not sent again. */
  status(now: number, running: boolean): string
}

export interface RecordedHour {
  readonly from: number
  readonly to: number
  /** Ordered by the time of request. */
  readonly tests: readonly RecordedTest[]
}

const onGrid = (time: number): number => Math.ceil(time / STEP_MS) * STEP_MS

/** The hour of the made-up world in which its largest upload comes; the same each time. */
export function recordHour(): RecordedHour {
  const cast = makeCast()
  const uploads = makeUploads(cast)
  const epoch = Date.UTC(2026, 8, 14, 9)
  const upload = uploads.all.find(({ source }) => source === 'libtide')
  if (upload === undefined) throw new Error('the made-up world has no large upload')
  const from = Math.floor((epoch + upload.at - BEFORE_UPLOAD_MS) / HOUR_MS) * HOUR_MS
  const to = from + HOUR_MS
  const tests = makeHistory(cast, uploads, epoch)
    .map(made => recordTest(made, epoch))
    .filter(({ asked, ended }) => asked < to && ended > from)
    .sort((a, b) => a.asked - b.asked || a.began - b.began)
  return { from, to, tests }
}

function recordTest(
  { request, outcome, asked: askedAt, ended: endedAt, run }: MadeRun,
  epoch: number,
): RecordedTest {
  const [asked, began, ended] = [askedAt, request.at, endedAt].map(at => onGrid(epoch + at)) as [
    number,
    number,
    number,
  ]
  const { release, arch, package: name, triggers, requester } = request
  const params = {
    ...(requester !== undefined && { requester }),
    'submit-time': `${new Date(asked).toISOString().slice(0, 19).replace('T', ' ')}+0000`,
    triggers,
  }
  const queue = `debci-${release}-${arch}`
  const body = `${name}\n${pythonJson(params)}`
  const log = makeLog(request, outcome, new Date(began))
  const id = runningId({ package: name, release, arch, hash: runHash(params) }) as string
  const worker = readWorkerRequest(queue, Buffer.from(body))
  const told = {
    ...{ exitcode: outcome.exitcode, version: outcome.version },
    ...{ duration: `${outcome.seconds}\n`, requester: requester === undefined ? null : `${requester}\n` },
  }
  const directory = runDirectory(run)
  return {
    ...{ id, queue, body, arch, package: name, triggers, asked, began, ended, log },
    passed: [0, 2, 8].includes(outcome.exitcode),
    completion: completionMessage(worker, told, { container: distributionContainer(release), directory }),
    status: statusOf(worker, log, { began, ended }),
  }
}

/** Each line of a log tells after how many seconds it was written. */
function printedBy(log: string, elapsed: number): string {
  let end = 0
  while (end < log.length && Number.parseInt(log.slice(end, end + 8), 10) <= elapsed)
    end = log.indexOf('\n', end) + 1
  return log.slice(0, end)
}

function statusOf(
  worker: WorkerRequest,
  log: string,
  { began, ended }: { readonly began: number; readonly ended: number },
): RecordedTest['status'] {
  let sent = 0
  return (now, running) => {
    const shown = now >= ended ? log : printedBy(log, (now - began) / 1000)
    const bytes = Buffer.from(shown)
    const text = bytes.subarray(sent).toString('utf8')
    const isSent = running && text !== '' && SENDING.has(worker.arch)
    const output = isSent ? { offset: sent, text } : undefined
    if (isSent) sent = bytes.length
    return statusMessage(worker, {
      running,
      duration: (now - began) / 1000,
      logtail: logtail(bytes, bytes.subarray(-TAIL_BYTES)),
      output,
    })
  }
}
