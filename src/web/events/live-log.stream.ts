import type { TranscriptPiece } from '../../backends/transcripts/transcripts.ts'
import { NotFound } from '../../domain/errors.ts'
import { readLogSoFar } from '../../domain/log/log-so-far.ts'
import { type LiveLog, liveLog } from '../../queries/queues/live-log.ts'
import type { Stream } from '../handlers/stream.ts'
import { cached } from '../http/headers.ts'
import { links } from '../links.ts'
import type { ShownLog } from '../ui/live-log-lines.ts'
import { shownText } from '../ui/markup/control-characters.ts'
import type { Web } from '../web.ts'

const HEARTBEAT_MS = 15_000
/** A run that has ended is looked for so often, until it is recorded. */
const LOOK_AGAIN_MS = 5_000
const RETRY_MS = 3_000

/**
 * `/running/<id>/events?after=N`: server-sent events with what a running test prints. `message` has the piece as JSON (`line`,
 * `text`, `gap`) and its number as id; `ended` and `finished` say where to go on reading.
 */
export const liveLogEvents: Stream<'runningEvents'> = {
  limited: true,
  open:
    (web, closing) =>
    async (c, { params: { id }, query }) => {
      const after = Number(c.req.header('last-event-id') ?? query.get('after') ?? 0)
      if ((await liveLog(web, id)) === undefined) throw new NotFound('There is no log of such a test.')
      return new Response(follow(web, id, Number.isSafeInteger(after) ? after : 0, closing), {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          ...cached('no-store'),
          'x-accel-buffering': 'no',
        },
      })
    },
}

/** A log as pages show it. */
export function shownLog(id: string, { pieces }: LiveLog): ShownLog {
  return {
    ...{ id, pieces: pieces.map(shownPiece), last: pieces.at(-1)?.number ?? 0 },
    contents: readLogSoFar(pieces),
  }
}

/** A piece as readers are given it. */
const shownPiece = ({ line, text, gap }: TranscriptPiece) => ({
  line,
  text: shownText(text),
  ...(gap !== undefined && { gap }),
})

function follow(web: Web, id: string, after: number, closing: AbortSignal): ReadableStream<Uint8Array> {
  let sent = after
  let stop = (): void => undefined
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let looking: Promise<void> | undefined
        let isAgain = false
        let saidEnded = false
        const send = (text: string) => controller.enqueue(Buffer.from(text))
        const finish = (): void => {
          stop()
          controller.close()
        }
        /** What is new, while the reader keeps up: what is not sent now is kept, and sent when the reader has read. */
        const look = async (): Promise<void> => {
          const log = await liveLog(web, id, sent)
          for (const piece of log?.pieces ?? []) {
            if ((controller.desiredSize ?? 0) <= 0) return
            send(`id: ${piece.number}\ndata: ${JSON.stringify(shownPiece(piece))}\n\n`)
            sent = piece.number
          }
          if (log === undefined || log.isRunning) return
          if (log.run !== undefined) {
            send(`event: finished\ndata: ${links.log(log.run)}\n\n`)
            finish()
          } else if (!saidEnded) {
            saidEnded = true
            send(`event: ended\ndata: ${endedAddress(log)}\n\n`)
          }
        }
        const lookSoon = (): void => {
          if (looking !== undefined) {
            isAgain = true
            return
          }
          looking = look()
            .catch(() => undefined) // the next look finds what this one could not
            .finally(() => {
              looking = undefined
              if (isAgain) {
                isAgain = false
                lookSoon()
              }
            })
        }
        const unlisten = web.transcripts.onChange(changed => {
          if (changed === id) lookSoon()
        })
        const again = setInterval(lookSoon, LOOK_AGAIN_MS)
        const heartbeat = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) send(':\n\n')
        }, HEARTBEAT_MS)
        stop = () => {
          stop = () => undefined
          unlisten()
          clearInterval(again)
          clearInterval(heartbeat)
          closing.removeEventListener('abort', finish)
        }
        closing.addEventListener('abort', finish, { once: true })
        send(`retry: ${RETRY_MS}\n\n`)
        if (closing.aborted) finish()
        else lookSoon()
      },
      cancel: () => stop(),
    },
    { highWaterMark: 64 },
  )
}

/** Where its result will be. */
const endedAddress = ({ of }: LiveLog): string => links.test(of)
