import { NotFound } from '../../../domain/errors.ts'
import type { Note } from '../../../domain/note/note.ts'
import { type FailurePage, shownFailure } from '../../../queries/failures/failure.ts'
import { notesBySignature } from '../../../queries/notes/notes.ts'
import { type Answer, html, json, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import type { RouteRequest } from '../../handlers/read-route-request.ts'
import { type Paging, readShortPaging } from '../../parameters/paging.ts'
import type { Web } from '../../web.ts'
import { FailureView } from './failure.view.ts'
import { failureObject } from './failure-json.ts'

const ADDRESS = /^[0-9a-f]{16}$/

type Asked = RouteRequest<{ readonly address: string }>

/** `/failures/HEX16`: one way of failing, which runs fail so, and what may cause it. */
export const failurePage: Page<'failure'> = {
  from: ['results', 'derived', 'notes'],
  async render(request, web) {
    if (request.query.get('format') === 'json') return jsonAnswer(request, web)
    return html(FailureView({ layout: layoutOf(web), ...(await find(request, web)) }))
  },
}

/** The same for programs. */
export const failureJson: Page<'failureJson'> = {
  from: ['results', 'derived', 'notes'],
  render: jsonAnswer,
}

async function jsonAnswer(request: Asked, web: Web): Promise<Answer> {
  const { found, notes } = await find(request, web)
  return json(failureObject(found, notes, web.settings.baseUrl))
}

async function notesOf(web: Web, address: string): Promise<readonly Note[]> {
  return (await notesBySignature(web, [address]))?.get(address) ?? []
}

async function find(
  { params: { address }, query }: Asked,
  web: Web,
): Promise<{ found: FailurePage; page: Paging; notes: readonly Note[] }> {
  if (!ADDRESS.test(address)) throw new NotFound('There is no page at this address.')
  const page = readShortPaging(query)
  const found = await shownFailure(web, address, page)
  if (found !== undefined) return { found, page, notes: await notesOf(web, address) }
  throw new NotFound(
    'No run with this failure is known. ' +
      'Its runs may have been removed, or the rules that distinguish failures may have changed.',
  )
}
