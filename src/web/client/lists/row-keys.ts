import { onKey } from '../keyboard.ts'

/** Rows of lists; what explains a row is part of it, and facts about one thing are no list. */
const ROWS = 'main [data-row], main table:not(.facts) > tbody > tr:not(.why)'
const WAY_ON = 'a[href], button, summary'

const rows = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(ROWS)].filter(
    row => row.offsetParent !== null && row.querySelector(WAY_ON) !== null,
  )

function move(step: 1 | -1): void {
  const all = rows()
  const current = all.findIndex(row => row.contains(document.activeElement))
  const next = all[current === -1 ? (step === 1 ? 0 : all.length - 1) : current + step]
  next?.querySelector<HTMLElement>(WAY_ON)?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** `j` and `k` go from row to row by the first link of each, which `Enter` follows. */
export function walkRows(): void {
  // What is live may have rows later
  if (rows().length === 0 && document.querySelector('[data-live]') === null) return
  onKey('j', 'Next row', () => move(1))
  onKey('k', 'Previous row', () => move(-1))
}
