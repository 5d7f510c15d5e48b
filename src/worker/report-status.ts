import { open } from 'node:fs/promises'
import { type Broker, TESTSTATUS } from '../backends/broker/broker.ts'
import { messageOf } from '../domain/errors.ts'
import { logtail, TAIL_BYTES } from '../domain/log/logtail.ts'
import type { Log } from '../log.ts'
import { statusMessage } from './messages.ts'
import type { WorkerRequest } from './worker-request.ts'

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

  async function report(running: boolean): Promise<void> {
    try {
      const duration = Math.floor((performance.now() - began) / 1000)
      const progress = { running, duration, logtail: await readLogtail(logFile) }
      await broker.publishTo(TESTSTATUS, statusMessage(request, progress))
    } catch (error) {
      log.warn({ err: messageOf(error) }, 'the status of a test could not be said')
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
