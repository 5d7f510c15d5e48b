import { recentRun } from '../../contracts/api/recent.ts'
import { longJson } from '../handlers/long-page.ts'
import type { Page } from '../handlers/page.ts'
import { makeList, recentInTurns } from '../handlers/recent-in-turns.ts'
import { readPaging } from '../parameters/paging.ts'
import { readRunFilter } from '../parameters/run-filter.ts'

/** `/api/experimental/recent.json`: the list of `/recent` for programs. */
export const recentApi: Page<'recentJson'> = {
  from: ['results', 'derived'],
  render({ query }, web) {
    const paging = readPaging(query)
    return makeList(paging, async () => {
      const { runs } = await recentInTurns(web, readRunFilter(query), paging)
      return longJson(runs, run => recentRun(run, web.settings.externalSwiftUrl))
    })
  },
}
