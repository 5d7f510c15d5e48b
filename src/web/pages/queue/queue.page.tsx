import { queuedRequests } from '../../../queries/queues/queued.ts'
import { html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { readPaging } from '../../parameters/paging.ts'
import { QueueView } from './queue.view.tsx'

/** `/queues/<context>/<release>/<arch>`: everything that is known to wait in one queue, in order. */
export const queuePage: Page<'queue'> = {
  from: ['queued'],
  render({ params: asked, query }, web) {
    const { queues, at } = queuedRequests(web)
    const queue = queues.find(
      one => one.context === asked.context && one.release === asked.release && one.arch === asked.arch,
    )
    const view = {
      layout: layoutOf(web),
      asked,
      queue,
      at,
      paging: readPaging(query),
      limit: query.get('limit') ?? undefined,
      hasAdmins: web.settings.admins.length > 0,
    }
    return html(<QueueView {...view} />, queue === undefined ? 404 : 200)
  },
}
