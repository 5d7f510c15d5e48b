import type { LogSoFar } from '../../domain/log/log-so-far.ts'
import { links } from '../links.ts'
import { type Markup, markup, NOTHING } from './markup/markup.ts'

/** What is shown of a log that grows. */
export interface ShownLog {
  readonly id: string
  /** In their order, as text that is to be shown. */
  readonly pieces: readonly { readonly line: number; readonly text: string; readonly gap?: string }[]
  /** The number of the last piece. */
  readonly last: number
  /** What is in it. */
  readonly contents: LogSoFar
}

/**
 * A log that grows: lines with numbers that stay, gaps with what is known of them. Script adds what comes, and
 * follows it until the reader scrolls up.
 */
export function liveLogLines({ id, pieces, last, contents }: ShownLog): Markup {
  const failures = new Set(
    contents.failures.flatMap(({ lines }) => lines.slice(0, 1).map(({ number }) => number)),
  )
  const begins = new Set(contents.sections.map(({ line }) => line))
  const marksOf = (number: number): Markup =>
    failures.has(number)
      ? markup` data-failure tabindex="-1"`
      : begins.has(number)
        ? markup` class="section-line"`
        : NOTHING

  const first = pieces[0]
  const dropped =
    first === undefined || first.line <= 1
      ? NOTHING
      : markup`
        <p class="quiet">The ${first.line - 1} earlier lines are not kept here; the finished log will contain them.</p>
      `
  return markup`
    ${dropped}
    <div
      class="live-log"
      tabindex="0"
      role="log"
      aria-label="Log so far"
      data-live-log="${links.runningEvents({ id }, { after: last })}"
    >
      <pre>${linesOf(pieces, marksOf)}</pre>
    </div>
  `
}

/** Pieces may end within a line, and begin within it. */
function linesOf(pieces: ShownLog['pieces'], marksOf: (line: number) => Markup): Markup[] {
  const html: Markup[] = []
  let open: { number: number; text: string } | undefined
  const lineOf = (number: number, text: string): Markup =>
    markup`<span id="L${number}"${marksOf(number)}><a href="#L${number}">${number}</a> ${text}\n</span>`
  const close = (): void => {
    if (open !== undefined && open.text !== '') html.push(lineOf(open.number, open.text))
    open = undefined
  }
  for (const { line, text, gap } of pieces) {
    if (gap !== undefined) {
      close()
      html.push(markup`<i class="gap">Missing here: ${gap}.</i>\n`)
    }
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) {
        html.push(lineOf(open?.number ?? line + index - 1, open?.text ?? ''))
        open = undefined
      }
      open = { number: open?.number ?? line + index, text: (open?.text ?? '') + part }
    }
  }
  close()
  return html
}
