import { recentResults } from '../../../queries/runs/recent-results.ts'
import { html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { readPaging } from '../../parameters/paging.ts'
import { FILTER_PARAMETERS, readRunFilter } from '../../parameters/run-filter.ts'
import { RecentView } from './recent.view.tsx'

/** `/recent`: what happened lately, narrowed by release, arch, result and requester. */
export const recentPage: Page<'recent'> = {
  from: ['results', 'derived'],
  async render({ query }, web) {
    const paging = readPaging(query)
    const found = await recentResults(web, readRunFilter(query), paging)
    const filters = Object.fromEntries(FILTER_PARAMETERS.map(name => [name, query.get(name) ?? '']))
    const { releases, arches } = web.settings
    return html(
      <RecentView
        layout={layoutOf(web)}
        {...{ found, paging, filters, releases, arches }}
        limit={query.get('limit')}
      />,
    )
  },
}
