import { open } from 'node:fs/promises'
import { type Broker, TESTSTATUS } from '../../backends/broker/broker.ts'
import { messageOf } from '../../domain/errors.ts'
import { logtail, TAIL_BYTES } from '../../domain/log/logtail.ts'
import type { Log } from '../../log.ts'
import { statusMessage } from '../status-messages.ts'
import type { WorkerRequest } from '../worker-request.ts'

/** The first lines are looked for in so much. */
const HEAD_BYTES = 64 * 1024

/** The tail of a log that is being written; of one that is not there yet it is that of an empty one. */
async function readLogtail(file: string): Promise<string> {
  const log = await open(file, 'r').catch(() => undefined)
  if (log === undefined) return logtail(Buffer.alloc(0), Buffer.alloc(0))
  try {
    const { size } = await log.stat()
    const [start, end] = [Buffer.alloc(Math.min(size, HEAD_BYTES)), Buffer.alloc(Math.min(size, TAIL_BYTES))]
    const head = await log.read(start, 0, start.length, 0)
    const tail = await log.read(end, 0, end.length, size - end.length)
    return logtail(start.subarray(0, head.bytesRead), end.subarray(0, tail.bytesRead))
  } finally {
    await log.close()
  }
}

/** So much of what is new is sent in one message. */
const OUTPUT_BYTES = 16 * 1024
/** Of a log that grows faster than it can be sent, what is further back is left out. */
const BEHIND_BYTES = 4 * OUTPUT_BYTES

interface Output {
  readonly offset: number
  readonly text: string
  /** Where the next one begins. */
  readonly end: number
}

/** Whether a character of UTF-8 goes on with this byte. */
const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** What stands in a log from so many bytes on, as whole characters; undefined if there is nothing. */
async function readOutput(file: string, from: number): Promise<Output | undefined> {
  const log = await open(file, 'r').catch(() => undefined)
  if (log === undefined) return undefined
  try {
    const { size } = await log.stat()
    const begin = size - from > BEHIND_BYTES ? size - OUTPUT_BYTES : from
    const bytes = Buffer.alloc(Math.max(0, Math.min(size - begin, OUTPUT_BYTES)))
    const { bytesRead } = await log.read(bytes, 0, bytes.length, begin)
    let [start, end] = [0, bytesRead]
    while (begin > from && start < end && isInside(bytes[start])) start++
    // The last character may not be there as a whole yet
    const last = bytes.subarray(0, end).findLastIndex(byte => !isInside(byte))
    const length = lengthOfCharacter(bytes[last])
    if (last >= start && end - last < length) end = last
    if (end <= start) return undefined
    return { offset: begin + start, text: bytes.toString('utf8', start, end), end: begin + end }
  } finally {
    await log.close()
  }
}

/** In bytes, by the first of them; 1 for what is no beginning of any. */
const lengthOfCharacter = (first = 0): number =>
  first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1

export interface Reporting {
  /** Says that the test is over, and nothing more. */
  end(): Promise<void>
}

/**
 * Says at once and then every `everyMs` how a test is doing. A report that cannot be sent is passed over: the next one
 * is as good.
 */
export function startReporting(
  { broker, log }: { readonly broker: Pick<Broker, 'publishTo'>; readonly log: Log },
  request: WorkerRequest,
  logFile: string,
  everyMs: number,
): Reporting {
  const began = performance.now()
  let sending: Promise<void> | undefined
  let sent = 0

  async function report(running: boolean): Promise<void> {
    try {
      const duration = Math.floor((performance.now() - began) / 1000)
      const fresh = running ? await readOutput(logFile, sent) : undefined
      const output = fresh && { offset: fresh.offset, text: fresh.text }
      const progress = { running, duration, logtail: await readLogtail(logFile), output }
      await broker.publishTo(TESTSTATUS, statusMessage(request, progress))
      sent = fresh?.end ?? sent
    } catch (error) {
      log.warn({ err: messageOf(error) }, 'the status of a test could not be reported')
    }
  }

  const tick = () => {
    // A broker that is away answers late: one report at a time
    sending ??= report(true).finally(() => {
      sending = undefined
    })
  }
  tick()
  const timer = setInterval(tick, everyMs)
  return {
    async end() {
      clearInterval(timer)
      await sending
      await report(false)
    },
  }
}
