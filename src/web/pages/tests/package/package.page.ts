import { notedFailures } from '../../../../queries/notes/noted-failures.ts'
import { notesAbove } from '../../../../queries/notes/notes.ts'
import { withExpectedStarts } from '../../../../queries/queues/expected-start.ts'
import { packageOverview } from '../../../../queries/tests/package-overview.ts'
import { excusesOfSource } from '../../../../queries/triggers/trigger-outcomes.ts'
import { triggerVersions } from '../../../../queries/triggers/trigger-versions.ts'
import { type Answer, html, json, type Page, type Source } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import type { Web } from '../../../web.ts'
import { PackageView } from './package.view.ts'
import { packageJson } from './package-json.ts'

const FROM: readonly Source[] = ['results', 'derived', 'notes', 'running', 'queued', 'minute']

export const packagePage: Page<'package'> = {
  from: FROM,
  render: ({ params, query }, web) =>
    query.get('format') === 'json' ? packageData(web, params.package) : packageAnswer(web, params.package),
}

/** The same for programs. */
export const packageJsonPage: Page<'packageJson'> = {
  from: FROM,
  async render({ params }, web) {
    // An ending that is a part of a name asks for nothing
    const whole = `${params.package}.json`
    const isName = (await web.results.newestRuns(whole)).length > 0
    return isName ? packageAnswer(web, whole) : packageData(web, params.package)
  },
}

/** Of what waits; more of one package hardly ever does. */
const MOST_TIMED = 100

async function packageData(web: Web, packageName: string): Promise<Answer> {
  const overview = await packageOverview(web, packageName, web.settings.releases)
  const first = overview.waiting.slice(0, MOST_TIMED)
  const waiting = await withExpectedStarts(web, first, new Date(), { ends: true })
  return json(packageJson(overview, waiting, web.settings.baseUrl))
}

/**
 * The overview of a package; 200 even for an unknown one, as links to packages without results are common.
 * @param base from the address that was asked for to where the cells' relative links begin
 */
export async function packageAnswer(web: Web, packageName: string, base = ''): Promise<Answer> {
  const overview = await packageOverview(web, packageName, web.settings.releases)
  const waiting = await withExpectedStarts(web, overview.waiting.slice(0, MOST_TIMED), new Date())
  const triggered = await triggerVersions(web, packageName)
  const excuses = await excusesOfSource(web, packageName)
  const failures = await notedFailures(web, overview.odd)
  const notes = await notesAbove(web, packageName)
  return html(
    PackageView({ layout: layoutOf(web), overview, waiting, excuses, triggered, failures, notes, base }),
  )
}
