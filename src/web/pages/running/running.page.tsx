import { queuedRequests } from '../../../queries/queues/queued.ts'
import { runningTests } from '../../../queries/queues/running.ts'
import { html, type Page } from '../../handlers/page.ts'
import { frameOf } from '../../handlers/page-frame.ts'
import { RunningView } from './running.view.tsx'

/** `/running`: how long the queues are, what runs, and what waits at the head of each queue. */
export const runningPage: Page = {
  from: ['running', 'queued'],
  render(_request, web) {
    const view = {
      frame: frameOf(web),
      running: runningTests(web),
      queued: queuedRequests(web),
      hasAdmins: web.settings.admins.length > 0,
    }
    return html(<RunningView {...view} />)
  },
}
