import type { NewsFilter } from '../../backends/derived/news.ts'
import { isAbout, type NewsItem, newsSince } from '../../queries/runs/news.ts'
import { selectedPackages } from '../../queries/tests/package-selection.ts'
import type { Stream } from '../handlers/stream.ts'
import { cached } from '../http/headers.ts'
import { newsJson } from '../pages/news/news-json.ts'
import { readMoment } from '../parameters/since.ts'
import type { Web } from '../web.ts'

/** Changes that are closer together are handled once. */
const QUIET_MS = 1_000
const HEARTBEAT_MS = 15_000
const RETRY_MS = 3_000
/** Of news that are read at once. */
const SOME = 100

/**
 * `/news/events?package=…`: server-sent events, one `transition` for each test that turned, as `feed.json` has it, with
 * the moment to go on from as its id: a reader that comes back, or gives `since`, misses none.
 */
export const newsEvents: Stream<'newsEvents'> = {
  limited: true,
  open(web, closing) {
    const hub = openHub(web)
    return async (c, { query }) => {
      const given = (name: string) => query.get(name) || undefined
      const name = given('package')
      const filter: NewsFilter = {
        packages: await selectedPackages(web, {
          team: given('team'),
          packages: name === undefined ? undefined : [name],
        }),
        ...{ release: given('release'), arch: given('arch') },
        ...{ source: given('source'), requester: given('user') },
      }
      const since = readMoment(c.req.header('last-event-id') ?? query.get('since'))
      const left = new AbortController()
      const ending = AbortSignal.any([closing, left.signal])
      const events = newsOf(web, hub, filter, since, ending)
      return new Response(
        streamOf(events, () => left.abort()),
        {
          headers: {
            'content-type': 'text/event-stream; charset=utf-8',
            ...cached('no-store'),
            'x-accel-buffering': 'no',
          },
        },
      )
    }
  },
}

/** Reads no faster than the reader does: what it has not taken yet stays in the database. */
function streamOf(events: AsyncGenerator<string>, leave: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await events.next()
      if (done === true) controller.close()
      else controller.enqueue(Buffer.from(value))
    },
    cancel: leave,
  })
}

async function* newsOf(
  web: Web,
  hub: Hub,
  filter: NewsFilter,
  since: number | undefined,
  ending: AbortSignal,
): AsyncGenerator<string> {
  const reader = hub.join(filter)
  ending.addEventListener('abort', reader.wake, { once: true })
  try {
    yield `retry: ${RETRY_MS}\n\n`
    const newest = await reader.newest
    let after = since ?? newest
    while (!ending.aborted) {
      const { items, next } = await newsSince(web, filter, after, SOME)
      if (items.length > 0) yield items.map(item => event(item, web.settings.baseUrl)).join('')
      after = next ?? after
      if (next !== undefined) continue
      while (!ending.aborted && !(await reader.isWoken(HEARTBEAT_MS))) yield ':\n\n'
    }
  } finally {
    reader.leave()
    ending.removeEventListener('abort', reader.wake)
  }
}

const event = (item: NewsItem, base: string): string =>
  `id: ${item.learned}\nevent: transition\ndata: ${JSON.stringify(newsJson(item, base))}\n\n`

interface Reader {
  readonly filter: NewsFilter
  /** Lets it look again. */
  readonly wake: () => void
}

type Hub = ReturnType<typeof openHub>

/** Looks once at what is new, however many readers there are, and wakes those that it concerns. */
function openHub(web: Pick<Web, 'results' | 'derived' | 'log'>) {
  const readers = new Set<Reader>()
  let seen: number | undefined
  let isDue = false

  const newest = async (): Promise<number> => (await web.derived.news.latest({}, 1))[0]?.learned ?? 0

  async function look(): Promise<void> {
    isDue = false
    for (let more = true; more && seen !== undefined; ) {
      const { items, next } = await newsSince(web, {}, seen, SOME)
      for (const reader of readers) {
        if (items.some(item => isAbout(reader.filter, item.run))) reader.wake()
      }
      more = next !== undefined
      seen = next ?? seen
    }
  }

  web.derived.onChange(() => {
    if (isDue || readers.size === 0) return
    isDue = true
    const looking = (): void => {
      look().catch((error: unknown) => web.log.warn({ err: error }, 'news could not be read'))
    }
    setTimeout(looking, QUIET_MS).unref()
  })

  return {
    join(filter: NewsFilter) {
      let [isWoken, waiting] = [false, () => {}]
      const reader: Reader = {
        filter,
        wake() {
          isWoken = true
          waiting()
        },
      }
      readers.add(reader)
      // News from before a reader connected is not sent
      const since = newest().then(learned => {
        if (readers.size === 1) seen = learned
        return learned
      })
      // Those who are waiting for it are notified
      since.catch(() => undefined)
      return {
        /** The newest moment as it joined. */
        newest: since,
        wake: reader.wake,
        leave: () => void readers.delete(reader),
        /** True as soon as there is something new; false after that many milliseconds without. */
        async isWoken(within: number): Promise<boolean> {
          if (!isWoken) {
            const { promise, resolve } = Promise.withResolvers<void>()
            const timer = setTimeout(resolve, within)
            waiting = resolve
            await promise
            clearTimeout(timer)
          }
          const was = isWoken
          isWoken = false
          return was
        },
      }
    },
  }
}
