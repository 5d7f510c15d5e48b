import type { Run } from '../../../../domain/run/run.ts'
import { runIdTime } from '../../../../domain/run/run-id.ts'
import { NEVER_RAN, usualDuration } from '../../../../domain/run/usual-duration.ts'
import { chartTable } from '../../../ui/chart/chart-table.ts'
import { type TimeChart, timeChart } from '../../../ui/chart/time-chart.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { timeSpan } from '../../../ui/facts/time-span.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/** As many as a chart has room for, each with its value. */
const MOST = 48
/** Fewer say nothing. */
const FEWEST = 3
/** From so much of its time-out on, that is drawn too: far above what a test takes it would flatten all else. */
const NEAR = 0.5

/** How long the newest of these runs took, as a chart against the time-out, folded: runs are newest first. */
export function durationsOf(runs: readonly Run[]): Markup {
  const ran = runs
    .filter(run => (run.duration ?? 0) > 0 && !NEVER_RAN.includes(run.exitcode ?? 0))
    .slice(0, MOST)
  const usual = usualDuration(ran.map(run => run.duration as number))
  if (usual === undefined || ran.length < FEWEST) return NOTHING
  const { p50, p90, timeout } = usual
  const shown = ran.toReversed()
  const longest = Math.max(...ran.map(run => run.duration as number))
  const chart: TimeChart = {
    label: 'Duration of each run',
    times: shown.map(run => runIdTime(run.runId) ?? 0),
    series: [
      { name: 'took', values: shown.map(run => run.duration as number) },
      ...(longest > NEAR * timeout
        ? [{ name: 'time-out', values: shown.map(() => timeout), kind: 'second' as const }]
        : []),
    ],
    format: timeSpan,
    unit: longest > 2 * 3600 ? 3600 : longest > 120 ? 60 : 1,
    ...{ height: 120, most: undefined, rows: MOST },
  }
  return markup`
    <details class="charts durations">
      <summary>
        Takes ${timeSpan(p50)} at the median, ${timeSpan(p90)} for one in ten of ${counted(ran.length, 'run')};
        its time-out is ${timeSpan(timeout)}
      </summary>
      <figure>${timeChart(chart)}${chartTable(chart)}</figure>
    </details>
  `
}
