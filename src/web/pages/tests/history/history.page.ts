import { BadInput } from '../../../../domain/errors.ts'
import { looksLikeRunId } from '../../../../domain/run/run-id.ts'
import type { TestKey } from '../../../../domain/test/test.ts'
import { notedFailures } from '../../../../queries/notes/noted-failures.ts'
import { notesAbove } from '../../../../queries/notes/notes.ts'
import { withExpectedStarts } from '../../../../queries/queues/expected-start.ts'
import { rescueRate } from '../../../../queries/tests/rescue-rate.ts'
import { testGrid } from '../../../../queries/tests/test-grid.ts'
import { testHistory } from '../../../../queries/tests/test-history.ts'
import { type Answer, html, json, type Page, type Source } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import type { Web } from '../../../web.ts'
import { packageAnswer } from '../package/package.page.ts'
import { HistoryView, type ShownHistory } from './history.view.ts'
import { historyJson } from './history-json.ts'

const FROM: readonly Source[] = ['results', 'derived', 'notes', 'running', 'queued']

/** Of what waits; more of one test hardly ever does. */
const MOST_TIMED = 100

/**
 * Package, release and arch; or, as ppa-dev-tools writes it, a hash, a package and a release. The third part decides:
 * a release that is not an architecture, after a package that has been tested.
 */
export const historyPage: Page<'test'> = {
  from: FROM,
  async render({ params: test, query }, web) {
    const [name, release] = [test.release, test.arch]
    const pairs = await web.results.testedPairs()
    const isRelease =
      web.settings.releases.includes(release) ||
      pairs.some(pair => pair.release === release && pair.arch !== release)
    if (isRelease && (await web.results.newestRuns(name)).length > 0)
      return packageAnswer(web, name, '../../')
    return historyAnswer(web, test, query)
  },
}

/** The same behind a hash, as old links have it. */
export const hashedHistoryPage: Page<'hashedTest'> = {
  from: FROM,
  render: ({ params, query }, web) => historyAnswer(web, params, query),
}

/** The same for programs. */
export const historyJsonPage: Page<'testJson'> = {
  from: [...FROM, 'minute'],
  async render({ params, query }, web) {
    const shown = await shownHistory(web, params, query)
    const first = shown.history.waiting.slice(0, MOST_TIMED)
    const waiting = await withExpectedStarts(web, first, new Date(), { ends: true })
    return json(historyJson(shown, waiting, web.settings.baseUrl))
  },
}

/** The runs of one test; 200 also for a test that never ran. */
const historyAnswer = async (web: Web, test: TestKey, query: URLSearchParams): Promise<Answer> =>
  html(HistoryView({ layout: layoutOf(web), ...(await shownHistory(web, test, query)) }))

/** What page and JSON show. */
async function shownHistory(
  web: Web,
  { package: name, release, arch }: TestKey,
  query: URLSearchParams,
): Promise<ShownHistory> {
  const place = { before: runIdIn(query, 'before'), after: runIdIn(query, 'after') }
  const history = await testHistory(web, { package: name, release, arch }, place)
  const runs = history.rows.map(row => row.run)
  const failures = await notedFailures(web, runs)
  const isFirst = place.before === undefined && history.newer === undefined
  const [grid, rescue, notes] = await Promise.all([
    testGrid(web, runs),
    rescueRate(web.derived, history.test),
    notesAbove(web, name, { release, arch }),
  ])
  return { history, failures, isFirst, grid, rescue, notes }
}

function runIdIn(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name)
  if (value === null || value === '') return undefined
  if (!looksLikeRunId(value)) throw new BadInput(`“${name}” must be a run id, which ends in @.`)
  return value
}
