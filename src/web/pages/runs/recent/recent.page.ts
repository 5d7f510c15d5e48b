import { notedFailures } from '../../../../queries/notes/noted-failures.ts'
import { LongPage } from '../../../handlers/long-page.ts'
import type { Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { makeList, recentInTurns } from '../../../handlers/recent-in-turns.ts'
import { readPaging } from '../../../parameters/paging.ts'
import { FILTER_PARAMETERS, readRunFilter } from '../../../parameters/run-filter.ts'
import { RecentView } from './recent.view.ts'

/** `/recent`: what happened lately, narrowed by release, arch, result and requester. */
export const recentPage: Page<'recent'> = {
  from: ['results', 'derived', 'notes'],
  render({ query }, web) {
    const paging = readPaging(query)
    return makeList(paging, async () => {
      const found = await recentInTurns(web, readRunFilter(query), paging)
      const failures = await notedFailures(web, found.runs)
      const filters = Object.fromEntries(FILTER_PARAMETERS.map(name => [name, query.get(name) ?? '']))
      const { releases, arches } = web.settings
      const page = new LongPage()
      return page.answer(
        RecentView({
          layout: layoutOf(web),
          found,
          failures,
          paging,
          filters,
          releases,
          arches,
          limit: query.get('limit'),
          place: page.place,
        }),
      )
    })
  },
}
