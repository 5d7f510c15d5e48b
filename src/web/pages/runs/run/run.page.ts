import { NotFound } from '../../../../domain/errors.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { shownRun } from '../../../../queries/runs/run.ts'
import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import type { Web } from '../../../web.ts'
import { NoRunView } from './no-run.view.ts'
import { RunView } from './run.view.ts'
import { runJson } from './run-json.ts'

/** One run; 404 if this test has no such run. */
export const runPage: Page<'run'> = {
  from: ['results', 'derived', 'notes'],
  render: ({ params, query }, web) =>
    query.get('format') === 'json' ? jsonAnswer(web, params) : htmlAnswer(web, params),
}

/** The same for programs. */
export const runJsonPage: Page<'runJson'> = {
  from: ['results', 'derived', 'notes'],
  render: ({ params }, web) => jsonAnswer(web, params),
}

async function htmlAnswer(web: Web, key: RunKey): Promise<Answer> {
  const found = await shownRun(web, key)
  const layout = layoutOf(web)
  return found === undefined
    ? html(NoRunView({ layout, run: key }), 404)
    : html(RunView({ layout, page: found }))
}

async function jsonAnswer(web: Web, key: RunKey): Promise<Answer> {
  const found = await shownRun(web, key)
  if (found === undefined)
    throw new NotFound(`There is no such run of ${key.package} on ${key.release} ${key.arch}.`)
  return json(runJson(found, web.settings.baseUrl))
}
