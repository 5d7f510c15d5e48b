import { notedFailures } from '../../../../queries/notes/noted-failures.ts'
import { notesAbove } from '../../../../queries/notes/notes.ts'
import { packageOverview } from '../../../../queries/tests/package-overview.ts'
import { triggerVersions } from '../../../../queries/triggers/trigger-versions.ts'
import { type Answer, html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import type { Web } from '../../../web.ts'
import { PackageView } from './package.view.ts'

export const packagePage: Page<'package'> = {
  from: ['results', 'derived', 'notes', 'running', 'queued'],
  render: ({ params }, web) => packageAnswer(web, params.package),
}

/**
 * The overview of a package; 200 also for one that nobody knows, as links to packages without results are common.
 * @param base from the address that was asked for to where the cells' relative links begin
 */
export async function packageAnswer(web: Web, packageName: string, base = ''): Promise<Answer> {
  const overview = await packageOverview(web, packageName, web.settings.releases)
  const triggered = await triggerVersions(web, packageName)
  const failures = await notedFailures(web, overview.odd)
  const notes = await notesAbove(web, packageName)
  return html(PackageView({ layout: layoutOf(web), overview, triggered, failures, notes, base }))
}
