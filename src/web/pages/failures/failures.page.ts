import { failureList } from '../../../queries/failures/failures.ts'
import { notesBySignature } from '../../../queries/notes/notes.ts'
import { type Answer, html, json, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import type { Web } from '../../web.ts'
import { readAskedFailures } from './asked-failures.ts'
import { failureListObject } from './failure-json.ts'
import { FailuresView } from './failures.view.ts'

/** `/failures`: the ways in which runs fail, the newest or the most frequent first, and by words of their text. */
export const failuresPage: Page<'failures'> = {
  from: ['derived', 'notes'],
  async render({ query }, web) {
    if (query.get('format') === 'json') return jsonAnswer(query, web)
    const { asked, found } = await find(query, web)
    const { releases } = web.settings
    const notes = await notesBySignature(
      web,
      found.failures.map(({ address }) => address),
    )
    return html(FailuresView({ layout: layoutOf(web), asked, found, releases, notes }))
  },
}

/** The same for programs. */
export const failuresJson: Page<'failuresJson'> = {
  from: ['derived'],
  render: ({ query }, web) => jsonAnswer(query, web),
}

async function jsonAnswer(query: URLSearchParams, web: Web): Promise<Answer> {
  return json(failureListObject((await find(query, web)).found, web.settings.baseUrl))
}

async function find(query: URLSearchParams, web: Web) {
  const asked = readAskedFailures(query)
  return { asked, found: await failureList(web, asked.filter, asked.page) }
}
