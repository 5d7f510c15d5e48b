/** A cell: numbers are rounded to their significant digits, undefined is a dash. */
export type Cell = string | number | undefined

/** Rows as a Markdown table, with aligned columns for people who read the source; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map(row => head.map((_, column) => cellText(row[column])))
  const isNumber = head.map((_, column) => rows.some(row => typeof row[column] === 'number'))
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...texts.map(row => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join(' | ')} |`
  const rule = widths.map((width, column) =>
    isNumber[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  )
  return `${[line(head), line(rule), ...texts.map(line)].join('\n')}\n`
}

function cellText(cell: Cell): string {
  if (cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell))) return '–'
  if (typeof cell === 'string') return cell
  if (Math.abs(cell) >= 100) return Math.round(cell).toLocaleString('en-GB')
  return String(Number(cell.toPrecision(3)))
}
