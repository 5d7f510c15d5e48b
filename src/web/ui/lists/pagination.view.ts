import { markup } from '../../ui/markup/markup.ts'
/** Ways to the pages before and after; one that does not exist is left out. */
export function Pagination({
  newest,
  newer,
  older,
  words: [before, after] = ['Newer', 'Older'],
}: {
  readonly newest?: string | undefined
  readonly newer?: string | undefined
  readonly older?: string | undefined
  /** What the two ways are called in a list of another order. */
  readonly words?: readonly [string, string]
}) {
  if (newer === undefined && older === undefined) return null
  return markup`
    <nav class="pages" aria-label="Pages">
      ${newest !== undefined && markup`<a href="${newest}">Newest</a>`}
      ${newer !== undefined && markup`<a href="${newer}" rel="prev">${before}</a>`}
      ${older !== undefined && markup`<a href="${older}" rel="next">${after}</a>`}
    </nav>
  `
}
