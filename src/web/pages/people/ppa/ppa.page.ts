import { ppaContainersOf } from '../../../../domain/run/container.ts'
import { ppaResults } from '../../../../queries/runs/ppa-results.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { htmlResponse, type Stream } from '../../../handlers/stream.ts'
import { readPaging } from '../../../parameters/paging.ts'
import { PpaView } from './ppa.view.ts'

/** Each row is a look into the store, so that there are fewer of them than in other lists. */
const MOST_ROWS = 50

/** `/user/<nick>/ppa/<ppa>`: the runs in the containers of a PPA, newest first. */
export const ppaPage: Stream<'userPpa'> = {
  limited: true,
  open:
    web =>
    async (_, { params: { nick, ppa }, query }) => {
      const { value } = web.snapshots.ppaContainers.current()
      const containers = ppaContainersOf(nick, value, web.settings.releases).filter(one => one.ppa === ppa)
      const { limit, offset } = readPaging(query)
      const paging = { limit: Math.min(limit, MOST_ROWS), offset }
      const found = await ppaResults(web, containers, paging)
      const given = query.get('limit') ?? undefined
      return htmlResponse(PpaView({ layout: layoutOf(web), nick, ppa, found, paging, limit: given }))
    },
}
