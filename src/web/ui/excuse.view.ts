import type { Excuse } from '../../contracts/files/excuses.ts'
import { links } from '../links.ts'
import { type Markup, markup } from './markup/markup.ts'
import { wrapping } from './markup/wrapping.ts'

/** What else holds an upload up, in britney's words. @param isNamed whether it is said of which upload */
export function ExcuseDetails({
  excuse,
  isNamed,
}: {
  readonly excuse: Excuse
  readonly isNamed?: boolean
}): Markup {
  const { source, version, verdict, lines } = excuse
  const upload = markup` of <a class="mono" href="${links.trigger(excuse)}">${source}/${wrapping(version)}</a>`
  return markup`
    <details class="excuse">
      <summary>What britney says${isNamed === true ? upload : ''}: ${verdict ?? 'no verdict'}</summary>
      <ul>${lines.map(line => markup`<li>${wrapping(line)}</li>`)}</ul>
    </details>
  `
}
