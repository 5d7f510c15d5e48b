import { queuedRequests } from '../../../queries/queues/queued.ts'
import { runningTests } from '../../../queries/queues/running.ts'
import { html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { RunningView } from './running.view.tsx'

/** `/running`: how long the queues are, what runs, and what waits at the head of each queue. */
export const runningPage: Page = {
  from: ['running', 'queued'],
  render(_request, web) {
    const view = {
      layout: layoutOf(web),
      running: runningTests(web),
      queued: queuedRequests(web),
      hasAdmins: web.settings.admins.length > 0,
    }
    return html(<RunningView {...view} />)
  },
}
