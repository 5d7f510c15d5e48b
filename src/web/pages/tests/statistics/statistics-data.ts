import { type HistoryPoint, queueHistory } from '../../../../queries/queues/queue-history.ts'
import { json, type Page } from '../../../handlers/page.ts'
import { readHistoryRange } from '../../../parameters/history-range.ts'

const FIXED = ['running', 'ended', 'passed', 'waited_p50_s', 'waited_p90_s', 'began'] as const

/** The numbers of one point; null where they are not known. */
function numbersOf({ running, ended, waited }: HistoryPoint): Record<(typeof FIXED)[number], number | null> {
  const tests = running && [...running.values()].reduce((sum, count) => sum + count, 0)
  return {
    running: tests ?? null,
    ended: ended?.all ?? null,
    passed: ended?.passed ?? null,
    waited_p50_s: waited === undefined ? null : Math.round(waited.p50),
    waited_p90_s: waited === undefined ? null : Math.round(waited.p90),
    began: waited?.n ?? null,
  }
}

const timeOf = ({ at }: HistoryPoint): string => new Date(at).toISOString()

/** `/statistics.json`: what the charts are made of. */
export const statisticsData: Page<'statisticsJson'> = {
  from: ['minute'],
  async render({ query }, web) {
    const { range, part } = readHistoryRange(query)
    const { points, step } = await queueHistory(web, range, part, new Date())
    return json({
      ...{ range, by: part, step_s: step / 1000 },
      points: points.map(point => ({
        at: timeOf(point),
        waiting: point.waiting === undefined ? null : Object.fromEntries(point.waiting),
        ...numbersOf(point),
      })),
    })
  },
}

/** `/statistics.csv`: the same as a table; a cell is empty where nothing is known. */
export const statisticsCsv: Page<'statisticsCsv'> = {
  from: ['minute'],
  async render({ query }, web) {
    const { range, part } = readHistoryRange(query)
    const { points, parts } = await queueHistory(web, range, part, new Date())
    const head = ['at', ...parts.map(name => `waiting_${name}`), ...FIXED]
    const rows = points.map(point => {
      const numbers = numbersOf(point)
      return [
        timeOf(point),
        ...parts.map(name => point.waiting?.get(name)),
        ...FIXED.map(name => numbers[name]),
      ]
    })
    return {
      status: 200,
      contentType: 'text/csv; charset=utf-8',
      body: [head, ...rows].map(row => `${row.map(cell => cell ?? '').join(',')}\r\n`).join(''),
      cache: 'revalidate',
    }
  },
}
