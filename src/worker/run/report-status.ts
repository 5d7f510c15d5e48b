import { open } from 'node:fs/promises'
import { type Broker, TESTSTATUS } from '../../backends/broker/broker.ts'
import { messageOf } from '../../domain/errors.ts'
import { logtail, TAIL_BYTES } from '../../domain/log/logtail.ts'
import type { Log } from '../../log.ts'
import { statusMessage } from '../status-messages.ts'
import type { WorkerRequest } from '../worker-request.ts'

/** The first lines are looked for within this many bytes. */
const HEAD_BYTES = 64 * 1024

/** The tail of a log that is being written; a log that does not exist yet counts as empty. */
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

/** At most this much new output is sent in one message. */
const OUTPUT_BYTES = 16 * 1024
/** If a log grows faster than it can be sent, output further back than this is left out. */
const BEHIND_BYTES = 4 * OUTPUT_BYTES

interface Output {
  readonly offset: number
  readonly text: string
  /** Where the next message begins. */
  readonly end: number
}

/** Whether a UTF-8 character continues with this byte. */
const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** The contents of a log from an offset in bytes on, as whole characters; undefined if there is nothing. */
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
    // The last character may not be complete yet
    const last = bytes.subarray(0, end).findLastIndex(byte => !isInside(byte))
    const length = lengthOfCharacter(bytes[last])
    if (last >= start && end - last < length) end = last
    if (end <= start) return undefined
    return { offset: begin + start, text: bytes.toString('utf8', start, end), end: begin + end }
  } finally {
    await log.close()
  }
}

/** The length in bytes, by the first byte; 1 for a byte that begins no character. */
const lengthOfCharacter = (first = 0): number =>
  first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1

export interface Reporting {
  /** Reports only that the test is over. */
  end(): Promise<void>
}

/**
 * Reports at once, and then every `everyMs`, how a test is doing. A report that cannot be sent is skipped: the next
 * one will do.
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
    // A broker that is down answers late: one report at a time
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
