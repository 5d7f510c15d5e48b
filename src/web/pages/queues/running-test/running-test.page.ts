import { liveLog } from '../../../../queries/queues/live-log.ts'
import { findRunning } from '../../../../queries/queues/running.ts'
import { pacedTests } from '../../../../queries/queues/running-pace.ts'
import { shownLog } from '../../../events/live-log.stream.ts'
import { html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { RunningTestView } from './running-test.view.ts'

/** `/running/<id>`: one test that runs now, and its log so far; for some minutes after its end, where to go on. */
export const runningTestPage: Page<'runningTest'> = {
  from: ['running', 'results'],
  async render({ params: { id }, query }, web) {
    const isRunning = findRunning(web, id) !== undefined
    const test = isRunning ? (await pacedTests(web)).find(one => one.id === id) : undefined
    const log = await liveLog(web, id)
    // A list that shows many of them at once has their tails alone
    const isTail = query.get('show') === 'tail' && test !== undefined
    const shown = log === undefined || isTail ? undefined : shownLog(id, log)
    const ended = log === undefined || log.isRunning ? undefined : { of: log.of, run: log.run }
    const view = { layout: layoutOf(web), test, log: shown, ended }
    return html(RunningTestView(view), test === undefined && ended === undefined ? 404 : 200)
  },
}
