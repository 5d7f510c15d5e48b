import { matchingQueues, matchingRequests, matchingTests } from '../../../../queries/queues/live-filter.ts'
import { loadOf } from '../../../../queries/queues/load.ts'
import { needlessCount } from '../../../../queries/queues/needless-requests.ts'
import { queuedRequests } from '../../../../queries/queues/queued.ts'
import { runningTests } from '../../../../queries/queues/running.ts'
import { pacedTests } from '../../../../queries/queues/running-pace.ts'
import { html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { isNarrowed, LIVE_PARAMETERS, readLiveFilter } from '../../../parameters/live-filter.ts'
import { readPaging } from '../../../parameters/paging.ts'
import { RunningView, type RunningViewProps } from './running.view.ts'

/** Rows of each list on a page. */
const ROWS = 100

/**
 * `/running`: whether anything moves. How much runs and waits, what is stuck, what runs the longest; with a filter,
 * what of both matches it.
 */
export const runningPage: Page<'running'> = {
  from: ['running', 'queued'],
  async render({ query }, web) {
    const filter = readLiveFilter(query)
    const isFiltered = isNarrowed(filter)
    const { offset } = readPaging(query)
    const waitingFrom = readPaging(new URLSearchParams({ offset: query.get('waiting') ?? '' })).offset
    const running = runningTests(web)
    const queued = queuedRequests(web)
    const paced = await pacedTests(web)
    const tests = isFiltered ? matchingTests(paced, filter) : paced
    const view: RunningViewProps = {
      layout: layoutOf(web),
      given: Object.fromEntries(LIVE_PARAMETERS.map(name => [name, query.get(name) ?? ''])),
      isFiltered,
      releases: web.settings.releases,
      arches: web.settings.arches,
      running,
      queued,
      load: loadOf(running, queued),
      needless: needlessCount(web),
      stuck: paced.filter(({ pace }) => pace.level === 'stuck'),
      tests,
      shown: tests.slice(offset, offset + ROWS),
      offset,
      rows: ROWS,
      queues: matchingQueues(queued.queues, filter),
      waiting: isFiltered
        ? matchingRequests(queued, filter, { limit: ROWS, offset: waitingFrom })
        : undefined,
      waitingFrom,
      hasAdmins: web.settings.admins.length > 0,
    }
    return html(RunningView(view))
  },
}
