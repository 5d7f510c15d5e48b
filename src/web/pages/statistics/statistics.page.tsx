import { html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { StatisticsView } from './statistics.view.tsx'

/** `/statistics`: how much was tested, and how much of it passed. */
export const statisticsPage: Page<'statistics'> = {
  from: ['statistics'],
  render(_request, web) {
    const { value, state, at } = web.snapshots.statistics.current()
    return html(
      <StatisticsView layout={layoutOf(web)} statistics={value} known={state !== 'missing'} at={at} />,
    )
  },
}
