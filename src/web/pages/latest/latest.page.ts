import type { Latest } from '../../../domain/run/latest.ts'
import type { TestKey } from '../../../domain/test/test.ts'
import { latestRun } from '../../../queries/tests/latest-run.ts'
import { type Answer, html, type Redirect } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { links } from '../../links.ts'
import type { Web } from '../../web.ts'
import { NoLatestView } from './no-latest.view.tsx'

/** Leads to the newest run of a test, or the newest that passed or failed, or to its log; 404 where there is none. */
export async function latestPage(
  web: Web,
  { test, latest, toLog }: { readonly test: TestKey; readonly latest: Latest; readonly toLog: boolean },
): Promise<Answer | Redirect> {
  const { run, searchedOnly } = await latestRun(web, test, latest)
  if (run === undefined) return html(NoLatestView({ layout: layoutOf(web), test, latest, searchedOnly }), 404)
  return { status: 302, location: toLog ? links.log(run) : links.run(run), cache: 'no-cache' }
}
