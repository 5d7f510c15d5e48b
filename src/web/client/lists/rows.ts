import { onKey } from '../keys.ts'

const ROWS = '[data-row]'

function move(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter(row => row.offsetParent !== null)
  const current = rows.findIndex(row => row.contains(document.activeElement))
  const next = rows[current === -1 ? (step === 1 ? 0 : rows.length - 1) : current + step]
  const target = next?.querySelector<HTMLElement>('a, button, summary')
  target?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** `j` and `k` go from row to row by the first link of each. */
export function walkRows(): void {
  if (document.querySelector(ROWS) === null) return
  onKey('j', 'Next row', () => move(1))
  onKey('k', 'Previous row', () => move(-1))
}
