import type { QueuedJson } from '../../contracts/files/queued-json.ts'
import { isReadOtherwise } from '../../domain/text/json.ts'
import { type Answer, json, type Page } from '../handlers/page.ts'

/** `/queues.json`: context → release → arch → requests, as ppa-dev-tools and the metrics collectors read it. */
export const queuesApi: Page<'queuesJson'> = {
  from: ['queued'],
  render(_request, { snapshots }) {
    const { queues } = snapshots.queued.current().value
    return (
      copied(queues) ??
      json(
        eachQueue(queues, content => content.requests),
        { indent: 2 },
      )
    )
  },
}

/** `/queue_size.json`: the same with lengths, as the older metrics collectors read it. */
export const queueSizeApi: Page<'queueSizeJson'> = {
  from: ['queued'],
  render(_request, { snapshots }) {
    return json(
      eachQueue(snapshots.queued.current().value.queues, content => content.size),
      { indent: 2 },
    )
  },
}

type ByQueue<T> = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, T>>>>>>

function eachQueue<T, U>(queues: ByQueue<T>, value: (content: T) => U): ByQueue<U> {
  const map = <A, B>(record: Readonly<Record<string, A>>, f: (a: A) => B): Record<string, B> =>
    Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, f(inner)]))
  return map(queues, byRelease => map(byRelease, byArch => map(byArch, value)))
}

/** Stands for a list while the rest is written; no name has a NUL in it. */
const PLACE = '\0'
const PLACES = /"\\u0000"/g
/** What lists of the third level are indented by, and what is in them. */
const OUTER = ' '.repeat(6)
const INNER = ' '.repeat(8)

/**
 * The same bytes from the text of the lists, without parsing and writing each request again, as most waiting requests
 * are unchanged. Undefined if the text of a list is not available, or would have to be parsed.
 */
function copied(queues: QueuedJson['queues']): Answer | undefined {
  const lists: string[] = []
  let isWhole = true
  const frame = json(
    eachQueue(queues, content => {
      const list = content.json === undefined ? undefined : indented(content.json)
      isWhole &&= list !== undefined
      lists.push(list ?? '')
      return PLACE
    }),
    { indent: 2 },
  )
  if (!isWhole || typeof frame.body !== 'string') return undefined
  const between = frame.body.split(PLACES)
  return { ...frame, body: between.map((text, place) => text + (lists[place] ?? '')).join('') }
}

/** A list of texts, a line for each. Between two of them alone stands `","`, unless the first ends with `",` itself. */
function indented(list: string): string | undefined {
  if (list === '[]') return list
  if (!list.startsWith('["') || list.includes('\\","') || isReadOtherwise(list)) return undefined
  return `[\n${INNER}${list.slice(1, -1).replaceAll('","', `",\n${INNER}"`)}\n${OUTER}]`
}
