import type { LogSection } from '../../domain/log/log-index.ts'
import type { LogSoFar } from '../../domain/log/log-so-far.ts'
import { hasFailed } from '../../domain/run/subtest.ts'
import { subtestMark } from './facts/verdict.ts'
import { shownText } from './markup/control-characters.ts'
import { type Markup, markup, NOTHING } from './markup/markup.ts'

/** A longer name is cut here; in the log it is whole. */
const LONGEST = 200
/** Of more, the first failures and the last sections are listed. */
const MOST = 100

const TITLES = { preparation: 'Preparation', summary: 'Summary' } as const

const short = (text: string): string => shownText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** What is in a log so far: why tests failed that are over, and every section; each leads to its line. */
export function LiveContents({ sections, failures, errorLine }: LogSoFar): Markup {
  const told = failures.filter(({ lines }) => lines.length > 0)
  if (sections.length <= 1 && told.length === 0) return NOTHING
  const failed = sections.filter(({ result }) => result !== undefined && hasFailed(result))
  const left = sections.length - MOST
  return markup`
    <nav class="log-contents live-contents" aria-label="Contents of the log so far">
      ${told.length > 0 && markup`<p>Why it failed:</p><ol class="reasons">${told.slice(0, MOST).map(reason)}</ol>`}
      ${
        errorLine !== undefined &&
        markup`<p>It ended with an error in <a href="#L${errorLine}">line ${errorLine}</a>.</p>`
      }
      <details data-key="sections">
        <summary>${sections.length} sections so far${failed.length > 0 && `, ${failed.length} failed`}</summary>
        ${left > 0 && markup`<p class="quiet">The first ${left} are not listed.</p>`}
        <ol>${sections.slice(-MOST).map(item)}</ol>
      </details>
    </nav>
  `
}

function reason({ test, lines: [line] }: LogSoFar['failures'][number]): Markup {
  if (line === undefined) return NOTHING
  return markup`
    <li>
      <a href="#L${line.number}" data-failure-line>line ${line.number}</a> ${short(test)}:${' '}
      <code>${shownText(line.text)}</code>
    </li>
  `
}

function item({ kind, name, line, result }: LogSection): Markup {
  return markup`
    <li>
      <a href="#L${line}">${kind === 'test' ? short(name) : TITLES[kind]}</a>
      ${result === undefined ? NOTHING : markup` ${subtestMark(result)}`}
    </li>
  `
}
