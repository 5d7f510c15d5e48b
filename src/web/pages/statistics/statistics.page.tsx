import { html, type Page } from '../../handlers/page.ts'
import { frameOf } from '../../handlers/page-frame.ts'
import { StatisticsView } from './statistics.view.tsx'

/** `/statistics`: how much was tested, and how much of it passed. */
export const statisticsPage: Page = {
  from: ['statistics'],
  render(_request, web) {
    const { value, state, at } = web.snapshots.statistics.current()
    return html(
      <StatisticsView frame={frameOf(web)} statistics={value} known={state !== 'missing'} at={at} />,
    )
  },
}
