import { type Markup, markup } from '../markup/markup.ts'
import { stretches, type TimeChart, timeText } from './time-chart.ts'

/** The same as a table, folded: for those who want numbers, or hear the page. */
export function chartTable({ label, times, series, format, rows: most }: TimeChart): Markup {
  const columns = series.map(({ values }) => stretches(times, values, most))
  const rows = stretches(times, [], most).map(({ at }, place) => {
    const cells = columns.map(column => {
      const value = column[place]?.value
      return markup`<td class="n">${value === undefined ? '–' : format(value)}</td>`
    })
    return markup`<tr><th scope="row">${timeText(at)}</th>${cells}</tr>`
  })
  const each = rows.length === times.length ? '' : ', the largest in each stretch of time'
  return markup`
    <details>
      <summary>Table</summary>
      <div class="wide" tabindex="0">
        <table>
          <caption>${label}${each} (UTC)</caption>\n
          <thead>
            <tr>
              <th scope="col">From</th>
              ${series.map(({ name }) => markup`<th scope="col" class="n">${name}</th>`)}
            </tr>
          </thead>\n
          <tbody>${rows}</tbody>
        </table>
      </div>
    </details>
  `
}
