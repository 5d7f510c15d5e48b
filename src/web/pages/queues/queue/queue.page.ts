import { NotFound } from '../../../../domain/errors.ts'
import type { QueueKey } from '../../../../domain/queue/queue-name.ts'
import { type ExpectedStart, expectedStarts } from '../../../../queries/queues/expected-start.ts'
import { type Queue, queuedRequests } from '../../../../queries/queues/queued.ts'
import { html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { readPaging } from '../../../parameters/paging.ts'
import type { Web } from '../../../web.ts'
import { QueueView } from './queue.view.ts'
import { queueJson } from './queue-json.ts'

const FROM = ['queued', 'minute'] as const

/** `/queues/<context>/<release>/<arch>`: everything that is known to wait in one queue, in order. */
export const queuePage: Page<'queue'> = {
  from: FROM,
  async render({ params: asked, query }, web) {
    const { queue, at } = find(web, asked)
    const view = {
      layout: layoutOf(web),
      asked,
      queue,
      at,
      ...(await readPart(web, queue, query, { ends: false })),
      limit: query.get('limit') ?? undefined,
      hasAdmins: web.settings.admins.length > 0,
    }
    return html(QueueView(view), queue === undefined ? 404 : 200)
  },
}

/** The same as JSON. */
export const queueJsonPage: Page<'queueJson'> = {
  from: FROM,
  async render({ params: asked, query }, web) {
    const { queue, at } = find(web, asked)
    if (queue === undefined) throw new NotFound('There is no such queue, or it cannot be read right now.')
    const part = await readPart(web, queue, query, { ends: true })
    const { limit, offset } = part.paging
    const given = query.get('limit') ?? undefined
    const next = offset + limit < queue.known ? { limit: given, offset: offset + limit } : undefined
    return json({ ...queueJson(queue, at, part), ...(next && { next: links.queueJson(queue, next) }) })
  },
}

function find(web: Web, asked: Readonly<Record<keyof QueueKey, string>>) {
  const { queues, at } = queuedRequests(web)
  const queue = queues.find(
    one => one.context === asked.context && one.release === asked.release && one.arch === asked.arch,
  )
  return { queue, at }
}

/** The requests of one page, and when each is likely to start, and perhaps to end. */
async function readPart(
  web: Web,
  queue: Queue | undefined,
  query: URLSearchParams,
  options: { readonly ends: boolean },
): Promise<{
  readonly paging: ReturnType<typeof readPaging>
  readonly shown: ReturnType<Queue['slice']>
  readonly expected: readonly ExpectedStart[]
}> {
  const paging = readPaging(query)
  const shown = queue?.slice(paging.offset, paging.offset + paging.limit) ?? []
  // Only the position of a private one is known: its duration is not looked up
  const placed = shown.map((request, index) => ({
    ...(queue as Queue),
    package: request?.package ?? '',
    position: paging.offset + index + 1,
  }))
  return { paging, shown, expected: await expectedStarts(web, placed, new Date(), options) }
}
