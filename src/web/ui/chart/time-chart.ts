import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { linePath } from './line-path.ts'
import { scaleTo, short, ticksTo } from './scale.ts'

/** One line of a chart: a value for each of its times; undefined where nothing is known. */
export interface Series {
  readonly name: string
  readonly values: readonly (number | undefined)[]
  /** The class of its line, where it is another than the usual. */
  readonly kind?: 'second' | undefined
}

export interface TimeChart {
  /** What it shows, for those who hear it. */
  readonly label: string
  /** Milliseconds since 1970, in their order; places are evenly spaced, whatever lies between. */
  readonly times: readonly number[]
  readonly series: readonly Series[]
  /** How a value is written. */
  readonly format: (value: number) => string
  /** The end of the scale, where it is fixed. */
  readonly most?: number | undefined
  /** What round numbers are multiples of: 60 for seconds that are written as minutes. */
  readonly unit?: number
  /** The number of values that can be pointed at and are in the table, each of several times; 24 by default. */
  readonly rows?: number
  /** In units of the drawing. */
  readonly width?: number
  readonly height?: number
}

const LEFT = 64
const BOTTOM = 18
const TOP = 8
const RIGHT = 8
const ROWS = 24

/** The largest value of each interval, and the time at which it begins, for the table and the pointer. */
export function stretches(
  times: readonly number[],
  values: Series['values'],
  most = ROWS,
): { at: number; value: number | undefined }[] {
  const size = Math.max(1, Math.ceil(times.length / most))
  const rows: { at: number; value: number | undefined }[] = []
  for (let from = 0; from < times.length; from += size) {
    const known = values.slice(from, from + size).filter(value => value !== undefined)
    rows.push({ at: times[from] as number, value: known.length === 0 ? undefined : Math.max(...known) })
  }
  return rows
}

/** Lines over time, from zero, as SVG. */
export function timeChart(chart: TimeChart): Markup {
  const { label, times, series, format, unit = 1, width = 640, height = 150 } = chart
  const largest = Math.max(0, ...series.flatMap(({ values }) => values.map(value => value ?? 0)))
  const ticks = ticksTo((chart.most ?? largest) / unit).map(tick => tick * unit)
  const end = ticks.at(-1) as number
  const [inner, tall] = [width - LEFT - RIGHT, height - TOP - BOTTOM]
  const y = (value: number) => TOP + tall - scaleTo(end, tall)(value)
  const x = (place: number) => LEFT + scaleTo(Math.max(1, times.length - 1), inner)(place)
  const lines = series.map(({ values, kind }) => {
    const { line, dots } = linePath(
      values.map((value, place) => (value === undefined ? undefined : [x(place), y(value)])),
    )
    return markup`
      <path class="line ${kind ?? 'first'}" d="${line}"/>
      ${dots !== '' && markup`<path class="dots ${kind ?? 'first'}" d="${dots}"/>`}
    `
  })
  return markup`
    <svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">\n
      ${ticks.map(
        tick => markup`
          <path class="grid" d="M${LEFT} ${short(y(tick))}H${width - RIGHT}"/>
          <text x="${LEFT - 6}" y="${short(y(tick) + 4)}" class="y">${format(tick)}</text>
        `,
      )}\n${timeTicks(times).map(
        ({ place, text }) => markup`<text x="${short(x(place))}" y="${height - 4}" class="x">${text}</text>`,
      )}\n${lines}
      ${pointers(chart, x, height)}
    </svg>
  `
}

/** What can be pointed at: each stretch of times with the largest value of every line. */
function pointers(
  { times, series, format, rows: most = ROWS }: TimeChart,
  x: (place: number) => number,
  height: number,
): Markup {
  if (times.length === 0) return NOTHING
  const size = Math.max(1, Math.ceil(times.length / most))
  const rows = series.map(({ values }) => stretches(times, values, most))
  return markup`${(rows[0] ?? []).map(({ at }, place) => {
    const said = series.map(({ name }, line) => {
      const value = rows[line]?.[place]?.value
      return `${name}: ${value === undefined ? 'unknown' : format(value)}`
    })
    const from = x(place * size)
    return markup`
      <rect
        x="${short(from)}"
        y="0"
        width="${short(x((place + 1) * size) - from)}"
        height="${height - BOTTOM}"
      >
        <title>${timeText(at)}\n${said.join('\n')}</title>
      </rect>
    `
  })}`
}

/** `11-29 10:15`, in UTC. */
export const timeText = (at: number): string => new Date(at).toISOString().slice(5, 16).replace('T', ' ')

/** Some four times that are written below. */
function timeTicks(times: readonly number[]): { place: number; text: string }[] {
  const step = Math.max(1, Math.floor(times.length / 4))
  const isLong = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 86_400_000 > 2
  const found: { place: number; text: string }[] = []
  for (let place = Math.floor(step / 2); place < times.length; place += step) {
    const text = timeText(times[place] as number)
    found.push({ place, text: isLong ? text.slice(0, 5) : text.slice(6) })
  }
  return found
}
