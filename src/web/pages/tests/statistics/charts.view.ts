import type { QueuePart } from '../../../../domain/queue/queue-sample.ts'
import type { HistoryPoint, HistoryRange, QueueHistory } from '../../../../queries/queues/queue-history.ts'
import { links } from '../../../links.ts'
import { chartTable } from '../../../ui/chart/chart-table.ts'
import { type TimeChart, timeChart } from '../../../ui/chart/time-chart.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { timeSpan } from '../../../ui/facts/time-span.ts'
import { attribute, type Markup, markup } from '../../../ui/markup/markup.ts'

export interface ChartsProps {
  readonly range: HistoryRange
  readonly part: QueuePart
  readonly history: QueueHistory
}

const RANGES: readonly (readonly [HistoryRange, string])[] = [
  ['day', 'day'],
  ['week', 'week'],
  ['month', 'month'],
  ['year', 'year'],
]
const PARTS: readonly (readonly [QueuePart, string])[] = [
  ['arch', 'architecture'],
  ['release', 'release'],
  ['context', 'context'],
]

const wordOf = (part: QueuePart): string => PARTS.find(([one]) => one === part)?.[1] ?? part

/** How busy it is and was: lengths of queues, throughput, waiting, passes. */
export function Charts({ range, part, history }: ChartsProps) {
  const { points } = history
  const isKnown = points.some(({ waiting, running, ended, waited }) => waiting ?? running ?? ended ?? waited)
  return markup`
    <section class="charts">
      <nav class="ways-on" aria-label="Time and parts">
        The last${' '}
        ${RANGES.map(
          ([name, text]) => markup`
            <a
              href="${links.statistics({ range: name, by: part })}"
              ${attribute('aria-current', name === range ? 'true' : undefined)}
            >
              ${text}
            </a>
          `,
        )}${' '}
        by${' '}
        ${PARTS.map(
          ([name, text]) => markup`
            <a
              href="${links.statistics({ range, by: name })}"
              ${attribute('aria-current', name === part ? 'true' : undefined)}
            >
              ${text}
            </a>
          `,
        )}${' '}
        as <a href="${links.statisticsJson({ range, by: part })}">JSON</a>
        <a href="${links.statisticsCsv({ range, by: part })}">CSV</a>
      </nav>
      ${
        isKnown
          ? markup`
            ${Waiting({ history, part })}
            <div class="chart-pairs">
              ${Chart({ chart: waitedChart(history), title: waitedTitle(points) })}
              ${Chart({ chart: endedChart(history), title: endedTitle(history) })}
              ${Chart({ chart: passedChart(points), title: passedTitle(points) })}
              ${Chart({ chart: runningChart(points), title: runningTitle(points) })}
            </div>
          `
          : Empty({
              children: markup`
                There is no data for this period yet. The daemon sample-queues records queue lengths, running tests
                and completed tests each minute.
              `,
            })
      }
    </section>
  `
}

function Chart({ chart, title }: { readonly chart: TimeChart; readonly title: string }): Markup {
  // An empty frame would look like a zero
  const isKnown = chart.series.some(({ values }) => values.some(value => value !== undefined))
  if (!isKnown) return markup`<p class="quiet">${chart.label}: no data for this period.</p>`
  return markup`<figure><figcaption>${title}</figcaption>${timeChart(chart)}${chartTable(chart)}</figure>`
}

const timesOf = (points: readonly HistoryPoint[]) => points.map(({ at }) => at)

/** The last value that is known. */
const lastOf = <T>(values: readonly (T | undefined)[]): T | undefined =>
  values.findLast(value => value !== undefined)

/** A drawing for each part on one scale: their lines would cross in a common one. */
function Waiting({ history: { points, parts }, part }: Pick<ChartsProps, 'history' | 'part'>) {
  const series = parts.map(name => ({ name, values: points.map(({ waiting }) => waiting?.get(name)) }))
  const most = Math.max(1, ...series.flatMap(({ values }) => values.map(value => value ?? 0)))
  const times = timesOf(points)
  const whole: TimeChart = { label: `Requests that waited by ${wordOf(part)}`, times, series, format: count }
  const now = series.reduce((sum, { values }) => sum + (lastOf(values) ?? 0), 0)
  if (parts.length === 0) return markup`<p class="quiet">No requests waited during this time.</p>`
  return markup`
    <figure class="wide-figure">
      <figcaption>${count(now)} requests wait, by ${wordOf(part)}</figcaption>
      <div class="multiples">${series.map(
        one =>
          markup`
            <div>
              <p>${one.name} <b>${count(lastOf(one.values) ?? 0)}</b></p>
              ${timeChart({
                ...{
                  label: `Requests that waited on ${one.name}`,
                  times,
                  series: [one],
                  format: count,
                  most,
                },
                ...{ width: 320, height: 110 },
              })}
            </div>
          `,
      )}</div>
      ${chartTable(whole)}
    </figure>
  `
}

/** From this many seconds on, round numbers are hours, and below that, minutes. */
const LONG_S = 2 * 3600

const waitedChart = ({ points }: QueueHistory): TimeChart => ({
  unit: points.some(({ waited }) => waited !== undefined && waited.p90 > LONG_S) ? 3600 : 60,
  label: 'Time from request to start',
  times: timesOf(points),
  series: [
    { name: 'half within', values: points.map(({ waited }) => waited?.p50) },
    { name: 'nine of ten within', values: points.map(({ waited }) => waited?.p90), kind: 'second' },
  ],
  format: timeSpan,
})

function waitedTitle(points: readonly HistoryPoint[]): string {
  const last = lastOf(points.map(({ waited }) => waited))
  if (last === undefined) return 'From request to start: not known'
  return `From request to start: ${timeSpan(last.p50)} at the median, ${timeSpan(last.p90)} for one in ten (dashed)`
}

const perHour = (runs: number, { step }: QueueHistory): number => Math.round(runs / (step / 3_600_000))

const endedChart = (history: QueueHistory): TimeChart => ({
  label: 'Runs that ended in an hour',
  times: timesOf(history.points),
  series: [{ name: 'runs', values: history.points.map(({ ended }) => ended && perHour(ended.all, history)) }],
  format: count,
})

function endedTitle(history: QueueHistory): string {
  const all = history.points.reduce((sum, { ended }) => sum + (ended?.all ?? 0), 0)
  return `${count(all)} runs ended, by the hour`
}

const shareOf = ({ ended }: HistoryPoint): number | undefined =>
  ended === undefined || ended.all === 0 ? undefined : (100 * ended.passed) / ended.all

const percent = (value: number): string => `${Math.round(value)} %`

const passedChart = (points: readonly HistoryPoint[]): TimeChart => ({
  label: 'Share of runs that passed',
  times: timesOf(points),
  series: [{ name: 'passed', values: points.map(shareOf) }],
  ...{ format: percent, most: 100 },
})

function passedTitle(points: readonly HistoryPoint[]): string {
  const [all, passed] = points.reduce(
    ([all, passed], { ended }) => [all + (ended?.all ?? 0), passed + (ended?.passed ?? 0)],
    [0, 0],
  )
  return all === 0
    ? 'Share that passed: no runs ended'
    : `${percent((100 * passed) / all)} of ${count(all)} runs passed`
}

const runningSum = ({ running }: HistoryPoint): number | undefined =>
  running && [...running.values()].reduce((sum, tests) => sum + tests, 0)

const runningChart = (points: readonly HistoryPoint[]): TimeChart => ({
  label: 'Tests that ran',
  times: timesOf(points),
  series: [{ name: 'tests', values: points.map(runningSum) }],
  format: count,
})

const runningTitle = (points: readonly HistoryPoint[]): string =>
  `${count(lastOf(points.map(runningSum)) ?? 0)} tests run at once`
