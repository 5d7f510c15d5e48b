import { recentRun } from '../../contracts/api/recent.ts'
import { recentResults } from '../../queries/runs/recent-results.ts'
import { json, type Page } from '../handlers/page.ts'
import { readPaging } from '../parameters/paging.ts'
import { readRunFilter } from '../parameters/run-filter.ts'

/** `/api/experimental/recent.json`: the list of `/recent` for programs. */
export const recentApi: Page<'recentJson'> = {
  from: ['results', 'derived'],
  async render({ query }, { results, derived, settings }) {
    const { runs } = await recentResults({ results, derived }, readRunFilter(query), readPaging(query))
    return json(runs.map(run => recentRun(run, settings.externalSwiftUrl)))
  },
}
