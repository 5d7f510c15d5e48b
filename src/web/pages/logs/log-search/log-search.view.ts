import type { FoundLine, LineQuery, LineSearch } from '../../../../domain/log/search/search-lines.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { showControls } from '../../../ui/markup/control-characters.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { RunCrumbs } from '../../../ui/run-crumbs.view.ts'
import { LogSearchForm, wantedQuery } from './search-form.view.ts'

/** The lines that were found, each a link to its place in the log. */
export function LogSearchView({
  layout,
  run,
  asked,
  found,
}: {
  readonly layout: LayoutData
  readonly run: RunKey
  readonly asked: LineQuery
  /** Undefined if nothing was asked. */
  readonly found: LineSearch | undefined
}) {
  const title = `Search in the log of ${run.package} on ${run.release}/${run.arch}`
  return Layout({
    layout,
    title: asked.text === '' ? title : `${asked.text}: ${title}`,
    children: markup`
      ${RunCrumbs({ run })}
      <h1>
        Search in the <a href="${links.log(run, wantedQuery(asked))}">log</a>${' '}
        of ${run.package} on ${run.release}/${run.arch}
      </h1>
      ${LogSearchForm({ run, asked })}
      ${found !== undefined && Found({ run, asked, found })}
      ${
        asked.isPattern &&
        markup`
          <p class="quiet">
            A pattern is an extended regular expression, as with grep -E: <code>.</code> <code>[a-z]</code>${' '}
            <code>*</code> <code>+</code> <code>?</code> <code>|</code> <code>( )</code> <code>^</code>${' '}
            <code>$</code> <code>\\d</code> <code>\\s</code> <code>\\w</code>
          </p>
        `
      }
    `,
  })
}

function Found({ run, asked, found }: { run: RunKey; asked: LineQuery; found: LineSearch }) {
  const given = found.lines.filter(line => line.isFound)
  const to = (after: number | undefined): string =>
    links.logSearch(run, {
      ...wantedQuery(asked),
      context: asked.context === 0 ? undefined : asked.context,
      after,
    })
  const last = given.at(-1)
  const isMore = found.earlier + given.length < found.found
  return markup`
    <p>
      ${counted(found.found, 'line')}${' '}
      found
      ${
        given.length < found.found &&
        given.length > 0 &&
        `; these are ${count(found.earlier + 1)} to ${count(found.earlier + given.length)}`
      }.
      ${found.isCut && ' The log is too long or too damaged to be searched completely.'}
    </p>
    ${
      given.length === 0
        ? Empty({ children: found.found === 0 ? 'No line of the log matches.' : 'There are no more.' })
        : markup`<pre class="novel" tabindex="0">${linesOf(run, asked, found.lines)}</pre>`
    }
    ${Pagination({
      newest: undefined,
      newer: asked.after > 0 ? to(undefined) : undefined,
      older: isMore && last ? to(last.number) : undefined,
      words: ['First', 'Next'],
    })}
  `
}

/** Each links to its line in the log, where the search can be continued. */
function linesOf(run: RunKey, asked: LineQuery, lines: readonly FoundLine[]): Markup[] {
  const log = links.log(run, wantedQuery(asked))
  return lines.map(({ number, text, isFound }, place) => {
    const previous = lines[place - 1]
    const gap = previous !== undefined && number > previous.number + 1 ? markup`<i>…</i>\n` : NOTHING
    const shown = showControls(text)
    return markup`
      ${gap}
      <a href="${log}#L${number}">${number}</a>${' '}
      ${isFound ? markup`<mark>${shown}</mark>` : shown}\n
    `
  })
}
