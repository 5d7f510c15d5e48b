import type { FailureLine } from '../../../domain/log/failure/failure.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { links } from '../../links.ts'
import { shownText } from '../markup/control-characters.ts'
import { type Markup, markup } from '../markup/markup.ts'

/** A line that says why a run failed, as a link to it in the log; on one line, where the place is narrow. */
export function failureLine(run: RunKey, { number, text }: Pick<FailureLine, 'number' | 'text'>): Markup {
  const shown = shownText(text)
  return markup`
    <a class="why" href="${links.logLine(run, number)}" title="${shown}"><code>${shown}</code></a>
  `
}
