import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import type { Web } from '../../../web.ts'
import { ExcusesView } from './excuses.view.ts'

/** `/excuses`: tests of uploads of which britney says something else than this site. */
export const excusesPage: Page<'excuses'> = {
  from: ['excuse-differences'],
  async render({ query }, web) {
    if (query.get('format') === 'json') return asJson(web)
    const areConfigured = web.documents.excuses !== undefined
    return html(ExcusesView({ layout: layoutOf(web), areConfigured, found: compared(web) }))
  },
}

export const excusesJsonPage: Page<'excusesJson'> = {
  from: ['excuse-differences'],
  render: async (_request, web) => asJson(web),
}

const compared = (web: Web) => web.snapshots.excuseDifferences.current().value

const asJson = (web: Web): Answer => json(compared(web))
