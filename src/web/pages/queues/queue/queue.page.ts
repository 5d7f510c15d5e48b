import { expectedStarts } from '../../../../queries/queues/expected-start.ts'
import { type Queue, queuedRequests } from '../../../../queries/queues/queued.ts'
import { html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { readPaging } from '../../../parameters/paging.ts'
import { QueueView } from './queue.view.ts'

/** `/queues/<context>/<release>/<arch>`: everything that is known to wait in one queue, in order. */
export const queuePage: Page<'queue'> = {
  from: ['queued', 'minute'],
  async render({ params: asked, query }, web) {
    const { queues, at } = queuedRequests(web)
    const queue = queues.find(
      one => one.context === asked.context && one.release === asked.release && one.arch === asked.arch,
    )
    const paging = readPaging(query)
    const shown = queue?.slice(paging.offset, paging.offset + paging.limit) ?? []
    // Only the position of a private one is known: its duration is not looked up
    const placed = shown.map((request, index) => ({
      ...(queue as Queue),
      package: request?.package ?? '',
      position: paging.offset + index + 1,
    }))
    const view = {
      layout: layoutOf(web),
      asked,
      queue,
      at,
      ...{ paging, shown, expected: await expectedStarts(web, placed, new Date()) },
      limit: query.get('limit') ?? undefined,
      hasAdmins: web.settings.admins.length > 0,
    }
    return html(QueueView(view), queue === undefined ? 404 : 200)
  },
}
