import { json, type Page } from '../../../handlers/page.ts'
import { readMachineTimeKind, readMachineTimeRange } from '../../../parameters/machine-time.ts'
import type { Web } from '../../../web.ts'

/** What costs, in the range and of the kind that the address names; empty while nothing is counted. */
function asked({ snapshots }: Web, query: URLSearchParams) {
  const { value, at } = snapshots.machineTime.current()
  const [range, of] = [readMachineTimeRange(query.get('range')), readMachineTimeKind(query.get('of'))]
  return { range, of, at, costs: value[range]?.[of] ?? [] }
}

/** `/statistics/machine-time.json`: what the tests of each trigger, requester, package or architecture cost. */
export const machineTimeData: Page<'machineTimeJson'> = {
  from: ['machine-time'],
  async render({ query }, web) {
    const { range, of, at, costs } = asked(web, query)
    const rows = costs.map(({ name, runs, seconds }) => ({ name, runs, seconds: Math.round(seconds) }))
    return json({ range, of, counted_at: at?.toISOString() ?? null, costs: rows })
  },
}

/** As a cell that no program takes for a formula or two cells. */
const cell = (text: string): string => `"${(/^[=+@-]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** `/statistics/machine-time.csv`: the same as a table. */
export const machineTimeCsv: Page<'machineTimeCsv'> = {
  from: ['machine-time'],
  async render({ query }, web) {
    const { of, costs } = asked(web, query)
    const rows = costs.map(({ name, runs, seconds }) => [cell(name), runs, Math.round(seconds)])
    return {
      status: 200,
      contentType: 'text/csv; charset=utf-8',
      body: [[of, 'runs', 'seconds'], ...rows].map(row => `${row.join(',')}\r\n`).join(''),
      cache: 'revalidate',
    }
  },
}
