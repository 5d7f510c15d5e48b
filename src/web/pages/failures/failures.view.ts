import type { ListedSignature, SignatureOrder } from '../../../backends/derived/failures.ts'
import type { Note } from '../../../domain/note/note.ts'
import type { FailureList } from '../../../queries/failures/failures.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.ts'
import { count } from '../../ui/facts/numbers.ts'
import { runTime } from '../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { FILTER_FOLD } from '../../ui/lists/filter-fold.ts'
import { Pagination } from '../../ui/lists/pagination.view.ts'
import { shownText } from '../../ui/markup/control-characters.ts'
import { attribute, type Markup, markup } from '../../ui/markup/markup.ts'
import { noteMark } from '../../ui/notes/note-mark.ts'
import { ReadingLogs } from '../../ui/reading-logs.view.ts'
import type { AskedFailures } from './asked-failures.ts'

const ORDERS: readonly (readonly [SignatureOrder, string])[] = [
  ['latest', 'seen last'],
  ['new', 'newest first'],
  ['tests', 'most tests'],
  ['runs', 'most runs'],
]

export interface FailuresViewProps {
  readonly layout: LayoutData
  readonly asked: AskedFailures
  readonly found: FailureList
  readonly releases: readonly string[]
  /** By the address of a failure; undefined while they cannot be read. */
  readonly notes: ReadonlyMap<string, readonly Note[]> | undefined
}

/** The ways in which runs fail. */
export function FailuresView({ layout, asked, found, releases, notes }: FailuresViewProps) {
  const { filter, text, page } = asked
  const to = (offset: number) =>
    links.failures({
      ...{ release: filter.release, q: text },
      ...{ order: filter.order === 'latest' ? undefined : filter.order },
      ...{ limit: page.limit === 100 ? undefined : page.limit, offset: offset > 0 ? offset : undefined },
    })
  const { failures, more, reading } = found
  return Layout({
    layout,
    title: 'Failures',
    children: markup`
      <h1>Failures</h1>
      <p>
        Runs that fail with the same line, apart from numbers, times, folders and the like that vary from run to run.
        Each failure listed here occurred in at least one run with a release’s own archive.${' '}
        <a href="${links.notes()}">Notes about failures and tests</a>
      </p>
      ${Filters({ asked, releases })}
      ${ReadingLogs({ reading })}
      ${failures.length === 0 ? Empty({ children: nothing(asked) }) : table(failures, page.offset, notes)}
      ${Pagination({
        newest: page.offset > 0 ? to(0) : undefined,
        newer: page.offset > 0 ? to(Math.max(0, page.offset - page.limit)) : undefined,
        older: more ? to(page.offset + page.limit) : undefined,
        words: ['Before', 'More'],
      })}
    `,
  })
}

function nothing({ text, filter, page, isVain }: AskedFailures): string {
  if (isVain) return 'None of these words can be searched for.'
  if (page.offset > 0) return 'There are no more.'
  if (text !== '') return 'No known failure contains all of these words. The beginning of a word is enough.'
  return filter.release === undefined
    ? 'No failures are known yet. They are read from the logs of failed runs, soon after these have ended.'
    : `No failures are known on ${filter.release}.`
}

function Filters({ asked: { filter, text }, releases }: Pick<FailuresViewProps, 'asked' | 'releases'>) {
  const { release } = filter
  const all = release !== undefined && !releases.includes(release) ? [...releases, release] : releases
  return markup`
    ${FILTER_FOLD}
    <form class="filters" method="get" action="${links.failures()}">
      <label>
        Text <input name="q" type="search" value="${text}" maxlength="400" size="40" autocapitalize="none"/>
      </label>
      <label>
        Release${' '}
        <select name="release">
          <option value="">any</option>
          ${all.map(
            one => markup`
              <option value="${one}"${attribute('selected', one === release)}>${one}</option>
            `,
          )}
        </select>
      </label>
      <label>
        Order${' '}
        <select name="order">${ORDERS.map(
          ([order, words]) => markup`
            <option value="${order}"${attribute('selected', order === filter.order)}>${words}</option>
          `,
        )}</select>
      </label>
      <button type="submit">Show</button>
    </form>
  `
}

function table(
  failures: readonly ListedSignature[],
  offset: number,
  notes: FailuresViewProps['notes'],
): Markup {
  return markup`
    <table class="failures readable">
      <caption>Failures ${count(offset + 1)} to ${count(offset + failures.length)}</caption>\n
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col" class="n">Tests</th>
          <th scope="col" class="n">Runs</th>
          <th scope="col">Since (UTC)</th>
          <th scope="col">Last (UTC)</th>
          <th scope="col">Newest run</th>
        </tr>
      </thead>\n
      <tbody>\n${failures.map(one => row(one, notes?.get(one.address)))}</tbody>
    </table>
  `
}

function row(
  { address, text, tests, runs, firstRun, lastRun, newest }: ListedSignature,
  notes: readonly Note[] | undefined,
): Markup {
  const known = notes && markup` ${noteMark(notes)}`
  return markup`
    <tr data-row>
      <td class="id line">
        <a href="${links.failure({ address })}"><code>${shownText(text)}</code></a>${known}
      </td>
      <td class="n" data-head="Tests">${count(tests)}</td>
      <td class="n" data-head="Runs">${count(runs)}</td>
      <td data-head="Since">${runTime(firstRun)}</td>
      <td data-head="Last">${runTime(lastRun)}</td>
      <td data-head="Newest run">
        <a href="${links.run(newest)}">${newest.package} on ${newest.release} ${newest.arch}</a>
      </td>
    </tr>\n
  `
}
