import { queueHistory } from '../../../../queries/queues/queue-history.ts'
import { html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { readHistoryRange } from '../../../parameters/history-range.ts'
import { readMachineTimeRange } from '../../../parameters/machine-time.ts'
import { StatisticsView } from './statistics.view.ts'

/** `/statistics`: how busy it is and was, how much was tested, and how much of it passed. */
export const statisticsPage: Page<'statistics'> = {
  from: ['statistics', 'machine-time', 'minute'],
  async render({ query }, web) {
    const { value, state, at } = web.snapshots.statistics.current()
    const { range, part } = readHistoryRange(query)
    const costs = web.snapshots.machineTime.current()
    const costRange = readMachineTimeRange(range)
    const view = {
      machineTime: { range: costRange, costs: costs.value[costRange], at: costs.at },
      layout: layoutOf(web),
      ...{ range, part, history: await queueHistory(web, range, part, new Date()) },
      ...{ statistics: value, known: state !== 'missing', at },
    }
    return html(StatisticsView(view))
  },
}
