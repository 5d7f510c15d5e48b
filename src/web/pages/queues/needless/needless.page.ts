import { needlessRequests } from '../../../../queries/queues/needless-requests.ts'
import { html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { NeedlessView } from './needless.view.ts'

/** `/running/needless`: waiting requests that are obsolete, or ask for what another asks for. */
export const needlessPage: Page<'needless'> = {
  from: ['queued', 'minute'],
  async render(_request, web) {
    const found = await needlessRequests(web)
    const hasAdmins = web.settings.admins.length > 0
    return html(NeedlessView({ layout: layoutOf(web), found, hasAdmins }))
  },
}
