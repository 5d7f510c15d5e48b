import { json, type Page } from '../handlers/page.ts'

/** `/queues.json`: context → release → arch → requests, as ppa-dev-tools and the metrics collectors read it. */
export const queuesApi: Page<'queuesJson'> = {
  from: ['queued'],
  render(_request, { snapshots }) {
    return json(
      eachQueue(snapshots.queued.current().value.queues, content => content.requests),
      { indent: 2 },
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
