import { notedFailures } from '../../../../queries/notes/noted-failures.ts'
import { notesAbove } from '../../../../queries/notes/notes.ts'
import { withExpectedStarts } from '../../../../queries/queues/expected-start.ts'
import { packageOverview } from '../../../../queries/tests/package-overview.ts'
import { excusesOfSource } from '../../../../queries/triggers/trigger-outcomes.ts'
import { triggerVersions } from '../../../../queries/triggers/trigger-versions.ts'
import { type Answer, html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import type { Web } from '../../../web.ts'
import { PackageView } from './package.view.ts'

export const packagePage: Page<'package'> = {
  from: ['results', 'derived', 'notes', 'running', 'queued', 'minute'],
  render: ({ params }, web) => packageAnswer(web, params.package),
}

/** Of what waits; more of one package hardly ever does. */
const MOST_TIMED = 100

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
