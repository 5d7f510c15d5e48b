/** More lines than these are found, but not marked. */
const MOST = 5000
const NAME = 'found-line'

/** Marks these lines of the log, and no others: their numbers, and where the browser can do that, their texts. */
export function markFound(lines: readonly number[]): void {
  for (const marked of document.querySelectorAll('.log .sought')) marked.classList.remove('sought')
  const ranges: Range[] = []
  for (const number of lines.slice(0, MOST)) {
    const anchor = document.getElementById(`L${number}`)
    if (anchor === null) continue
    anchor.classList.add('sought')
    ranges.push(lineOf(anchor))
  }
  // Firefox has them since 140
  if (!('highlights' in CSS)) return
  CSS.highlights.set(NAME, new Highlight(...ranges))
}

/** From behind a line's number up to that of the next. */
function lineOf(anchor: HTMLElement): Range {
  const range = document.createRange()
  range.setStartAfter(anchor)
  const next = document.getElementById(`L${Number(anchor.id.slice(1)) + 1}`)
  const block = anchor.parentElement as HTMLElement
  if (next !== null && next.parentElement === block) range.setEndBefore(next)
  else range.setEnd(block, block.childNodes.length)
  return range
}
