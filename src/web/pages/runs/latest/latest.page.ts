import type { Latest } from '../../../../domain/run/latest.ts'
import type { RunKey, TestKey } from '../../../../domain/test/test.ts'
import { latestRun } from '../../../../queries/tests/latest-run.ts'
import { type Answer, html, type Page, type Redirect } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import type { Web } from '../../../web.ts'
import { NoLatestView } from './no-latest.view.ts'

/** Leads to the newest run of a test, or the newest that passed or failed; 404 where there is none. */
export const latestPage: Page<'latest'> = {
  from: ['results', 'derived'],
  render: ({ params }, web) => leadToLatest(web, params, links.run),
}

/** The same to its log. */
export const latestLogPage: Page<'latestLog'> = {
  from: ['results', 'derived'],
  render: ({ params }, web) => leadToLatest(web, params, links.log),
}

async function leadToLatest(
  web: Web,
  { package: name, release, arch, latest }: TestKey & { readonly latest: Latest },
  hrefOf: (run: RunKey) => string,
): Promise<Answer | Redirect> {
  const test = { package: name, release, arch }
  const { run, searchedOnly } = await latestRun(web, test, latest)
  if (run === undefined) return html(NoLatestView({ layout: layoutOf(web), test, latest, searchedOnly }), 404)
  return { status: 302, location: hrefOf(run), cache: 'ask-again' }
}
