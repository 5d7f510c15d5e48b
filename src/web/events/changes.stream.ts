import type { Stream } from '../handlers/stream.ts'
import { cached } from '../http/headers.ts'
import type { Web } from '../web.ts'

/** What a page can follow. */
const TOPICS = ['running', 'queued', 'results'] as const
type Topic = (typeof TOPICS)[number]

/** Changes that come closer together are one event. */
const QUIET_MS = 1_000
/** Comments in between keep proxies from closing a quiet connection, and show that a reader has gone. */
const HEARTBEAT_MS = 15_000
/** How long a browser waits before it connects again. */
const RETRY_MS = 3_000

/**
 * `/events?of=running,queued`: server-sent events that name what changed, and nothing of it: the page asks for
 * itself again, so that HTML, JSON and live parts cannot disagree.
 */
export const changes: Stream<'events'> = {
  limited: true,
  open(web, closing) {
    const hub = openHub(web)
    return c => {
      const wanted = new Set(c.req.query('of')?.split(',') ?? TOPICS)
      const topics = TOPICS.filter(topic => wanted.has(topic))
      return new Response(eventStream(hub, topics, closing), {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          ...cached('no-store'),
          // nginx holds answers back unless told not to
          'x-accel-buffering': 'no',
        },
      })
    }
  },
}

type Listener = (topic: Topic) => void

/** One listener on each source, however many readers there are. */
function openHub({ snapshots, results }: Pick<Web, 'snapshots' | 'results'>): Set<Listener> {
  const listeners = new Set<Listener>()
  const due = new Set<Topic>()
  const changed = (topic: Topic) => (): void => {
    if (due.has(topic) || listeners.size === 0) return
    due.add(topic)
    setTimeout(() => {
      due.delete(topic)
      for (const listener of listeners) listener(topic)
    }, QUIET_MS).unref()
  }
  snapshots.running.onChange(changed('running'))
  snapshots.queued.onChange(changed('queued'))
  results.onChange(changed('results'))
  return listeners
}

function eventStream(
  hub: Set<Listener>,
  topics: readonly Topic[],
  closing: AbortSignal,
): ReadableStream<Uint8Array> {
  let end = (): void => undefined
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // A reader who does not keep up misses events, never makes us hold them: the next one says as much.
        const send = (text: string): void => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(Buffer.from(text))
        }
        const listener: Listener = topic => {
          if (topics.includes(topic)) send(`event: ${topic}\ndata: changed\n\n`)
        }
        const heartbeat = setInterval(send, HEARTBEAT_MS, ':\n\n')
        end = () => {
          hub.delete(listener)
          clearInterval(heartbeat)
          closing.removeEventListener('abort', close)
        }
        const close = (): void => {
          end()
          controller.close()
        }
        hub.add(listener)
        closing.addEventListener('abort', close, { once: true })
        send(`retry: ${RETRY_MS}\n\n`)
        if (closing.aborted) close()
      },
      cancel: () => end(),
    },
    { highWaterMark: 16 },
  )
}
