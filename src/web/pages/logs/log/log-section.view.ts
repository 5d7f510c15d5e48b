import type { Failure, FailureLine } from '../../../../domain/log/failure/failure.ts'
import type { LogIndex, LogSection } from '../../../../domain/log/log-index.ts'
import { humanDuration } from '../../../../domain/run/duration.ts'
import { hasFailed } from '../../../../domain/run/subtest.ts'
import { subtestMark } from '../../../ui/facts/verdict.ts'
import { shownText } from '../../../ui/markup/control-characters.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

const TITLES = { preparation: 'Preparation', test: 'Test', summary: 'Summary' } as const

const isOfFailed = ({ result }: LogSection): boolean => result !== undefined && hasFailed(result)

/**
 * The sections that are unfolded at first, by their first line: those of failed tests, and where the error is
 * that ended the run, and those with lines that say why; if there are none, the summary, else the last section.
 */
export function unfolded(
  { sections, errorLine }: LogIndex,
  failures: readonly number[] = [],
): ReadonlySet<number> {
  const open = new Set(sections.filter(isOfFailed).map(section => section.line))
  const withLine = (line: number) => sections.findLast(section => section.line <= line)?.line ?? 1
  for (const line of failures) open.add(withLine(line))
  if (errorLine !== undefined) open.add(withLine(errorLine))
  if (open.size === 0) {
    open.add(
      (sections.find(section => section.kind === 'summary') ?? sections[sections.length - 1])?.line ?? 1,
    )
  }
  return open
}

/** The name of a section with its result and the reason for it. */
function sectionTitle(section: LogSection): Markup {
  const name = section.kind === 'test' ? shownText(short(section.name)) : TITLES[section.kind]
  return markup`
    ${name}
    ${section.result === undefined ? NOTHING : markup` ${subtestMark(section.result)}`}
    ${section.detail ? markup` <span class="reason">${shownText(short(section.detail))}</span>` : NOTHING}
  `
}

/** Opens a section; its number makes the anchor `#S<n>`. */
export function sectionHead(section: LogSection, number: number, open: boolean): string {
  const failed = isOfFailed(section) ? markup` data-failed` : NOTHING
  return markup`
    <details class="log-section" id="S${number}"${failed}${open ? markup` open` : NOTHING}>
    <summary>${sectionTitle(section)}</summary>
  `.toString()
}

export const SECTION_TAIL = '</details>'

/** A longer name or reason is cut here; in the log it is whole. */
const LONGEST = 200
/** Of more sections or failures the first are listed. */
const MOST = 1000

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** With more sections than these, or when some failed, the list of all of them is folded. */
const MOST_LISTED = 12

/** The number of failing tests whose line is shown. */
const MOST_TOLD = 10

/** The lines that say why tests failed, each leading there. */
function reasons(failures: readonly Pick<Failure, 'test' | 'lines'>[]): Markup {
  const told = failures.filter(({ lines }) => lines.length > 0)
  if (told.length === 0) return NOTHING
  const item = ({ test, lines }: Pick<Failure, 'test' | 'lines'>): Markup => {
    const { number, text } = lines[0] as FailureLine
    return markup`
      <li>
        <a href="#L${number}">line ${number}</a>${' '}
        ${test === '' ? NOTHING : markup`${shownText(short(test))}: `}
        <code>${shownText(text)}</code>
      </li>
    `
  }
  const rest = told.length - MOST_TOLD
  return markup`
    <p>Why it failed:</p>
    <ol class="reasons">${told.slice(0, MOST_TOLD).map(item)}</ol>
    ${rest > 0 ? markup`<p>and ${rest} more, marked in the log.</p>` : NOTHING}
  `
}

/** How long a section took, as a bar beside the longest one, and where it stood still. */
function timesOf({ took, gap }: LogSection, longest: number): Markup {
  if (took === undefined || took === 0) return NOTHING
  return markup`
    ${' '}<span class="times">
      <meter min="0" max="${longest}" value="${took}" aria-hidden="true"></meter> ${humanDuration(took)}${
        gap === undefined
          ? NOTHING
          : markup`, <a href="#L${gap.line}">no line for ${humanDuration(gap.seconds)}</a>`
      }
    </span>
  `
}

/** The contents of a log: why it failed, what failed, then every section, each leading to its place. */
export function contents(index: LogIndex, failures: readonly Pick<Failure, 'test' | 'lines'>[] = []): Markup {
  const items = index.sections.map((section, at) => ({ section, anchor: `#S${at + 1}` }))
  const longest = Math.max(...index.sections.map(({ took }) => took ?? 0))
  const failed = items.filter(({ section }) => isOfFailed(section))
  const list = (some: typeof items): Markup =>
    markup`
      <ol>
        ${some
          .slice(0, MOST)
          .map(
            ({ section, anchor }) =>
              markup`<li><a href="${anchor}">${sectionTitle(section)}</a>${timesOf(section, longest)}</li>`,
          )}
      </ol>
      ${
        some.length > MOST
          ? markup`<p>The other ${some.length - MOST} are not listed, but they are in the log.</p>`
          : NOTHING
      }
    `
  const error =
    index.errorLine === undefined
      ? NOTHING
      : markup`
        <p>The run ended with an error in <a href="#L${index.errorLine}">line ${index.errorLine}</a>.</p>
      `
  return markup`
    <nav class="log-contents" aria-label="Contents of the log">
      ${reasons(failures)}
      ${error}
      ${failed.length > 0 ? markup`<p>Failed:</p>${list(failed)}` : NOTHING}
      <details${failed.length === 0 && items.length <= MOST_LISTED ? markup` open` : NOTHING}>
        <summary>All ${items.length} sections</summary>
        ${list(items)}
      </details>
    </nav>
  `
}
