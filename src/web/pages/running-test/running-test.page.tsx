import { findRunning } from '../../../queries/queues/running.ts'
import { pacedTests } from '../../../queries/queues/running-pace.ts'
import { html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { RunningTestView } from './running-test.view.tsx'

/** `/running/<id>`: one test that runs now. */
export const runningTestPage: Page<'runningTest'> = {
  from: ['running'],
  async render({ params: { id } }, web) {
    const isRunning = findRunning(web, id) !== undefined
    const test = isRunning ? (await pacedTests(web)).find(one => one.id === id) : undefined
    return html(<RunningTestView layout={layoutOf(web)} test={test} />, test === undefined ? 404 : 200)
  },
}
