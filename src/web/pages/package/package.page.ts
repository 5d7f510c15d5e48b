import { failuresOfRuns } from '../../../queries/failures/failures-of-runs.ts'
import { packageOverview } from '../../../queries/tests/package-overview.ts'
import { triggerVersions } from '../../../queries/triggers/trigger-versions.ts'
import { type Answer, html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import type { Web } from '../../web.ts'
import { PackageView } from './package.view.tsx'

export const packagePage: Page<'package'> = {
  from: ['results', 'derived', 'running', 'queued'],
  render: ({ params }, web) => packageAnswer(web, params.package),
}

/**
 * The overview of a package; 200 also for one that nobody knows, as links to packages without results are common.
 * @param base from the address that was asked for to where the cells' relative links begin
 */
export async function packageAnswer(web: Web, packageName: string, base = ''): Promise<Answer> {
  const overview = await packageOverview(web, packageName, web.settings.releases)
  const triggered = await triggerVersions(web, packageName)
  const failures = await failuresOfRuns(web, overview.odd)
  return html(PackageView({ layout: layoutOf(web), overview, triggered, failures, base }))
}
