import type { ChangePage } from '../../../../backends/derived/moments.ts'
import { TEST_CHANGES, type TestChange } from '../../../../domain/test/test-change.ts'
import type { Changes } from '../../../../queries/tests/changes.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { attribute, type Markup, markup } from '../../../ui/markup/markup.ts'
import { ChangeFilters, type ChangeFiltersProps } from './change-filters.view.ts'
import { changedTable } from './changed-table.view.ts'

export interface ChangesViewProps extends ChangeFiltersProps {
  readonly layout: LayoutData
  readonly found: Changes
  readonly page: ChangePage
}

/** What has been broken since then, and what has been fixed. */
export function ChangesView(props: ChangesViewProps) {
  const { layout, found, asked, page, isPosted } = props
  const { from, to, given } = asked
  const all = TEST_CHANGES.reduce((sum, change) => sum + found.counts[change], 0)
  const shown = page.change ?? 'all'
  const isOneRelease = from.moment.release === to.moment.release
  const of = (release: string) => (isOneRelease ? '' : `of ${release} `)
  const at = ({ words }: { readonly words: string }) => (words.endsWith('now') ? 'now' : `at ${words}`)
  const tabs = [...TEST_CHANGES, 'all' as const].map(change =>
    way(props, {
      to: { show: change },
      text: `${NAMES[change]} ${count(change === 'all' ? all : found.counts[change])}`,
      isHere: change === shown,
    }),
  )
  return Layout({
    layout,
    title: `Changes in ${to.moment.release}`,
    here: 'regressions',
    children: markup`
      <h1>Changes in ${to.moment.release}</h1>
      <p>
        The results of tests ${of(from.moment.release)}${at(from)}, and ${of(to.moment.release)}${at(to)}.
        Each test counts with its newest run that had ended by then. Reference runs and runs whose testbed failed are
        left out.
      </p>
      ${!found.isComplete && markup`<p class="note">Not all results have been read yet, so changes may be missing.</p>`}
      ${ChangeFilters(props)}
      ${around(
        props,
        markup`
          <nav class="tabs" aria-label="What became of tests">${tabs}</nav>
          ${list(props, shown === 'all' ? all : found.counts[shown])}
        `,
      )}
      ${
        !isPosted &&
        markup`
          <p class="quiet">
            For programs: <a href="${links.changesJson(given)}">changes.json</a>,${' '}
            <a href="${links.changesCsv(given)}">changes.csv</a>
          </p>
        `
      }
    `,
  })
}

/** @param total how many there are of what is shown, on all pages */
function list(props: ChangesViewProps, total: number): Markup {
  const { found, page } = props
  const { offset } = page
  const shown = page.change ?? 'all'
  const last = offset + found.tests.length
  const step = (to: number) => ({ show: shown, limit: page.limit, offset: to > 0 ? to : undefined })
  if (total === 0) return markup`${Empty({ children: NONE[shown] })}`
  return markup`
    ${found.tests.length === 0 ? Empty({ children: 'There are no more.' }) : changedTable(found.tests)}
    ${
      found.tests.length < total &&
      markup`
        <nav class="pages" aria-label="Pages">
          ${offset > 0 && way(props, { to: step(offset - page.limit), text: 'Before' })}
          ${last < total && way(props, { to: step(last), text: 'More' })}
        </nav>
      `
    }
  `
}

const NAMES: Readonly<Record<TestChange | 'all', string>> = {
  ...{ 'newly failing': 'Newly failing', mended: 'Fixed', 'still failing': 'Still failing' },
  ...{ appeared: 'Appeared', gone: 'Gone', all: 'All' },
}
const NONE: Readonly<Record<TestChange | 'all', string>> = {
  'newly failing': 'No test that passed fails now.',
  mended: 'No test that failed passes now.',
  'still failing': 'No test failed at both times.',
  appeared: 'No test has a new result.',
  gone: 'No test has lost its result.',
  all: 'Nothing has changed, and nothing fails.',
}

type Posted = Pick<ChangesViewProps, 'asked' | 'isPosted'>

/** Around what leads to other parts of the same list: what is posted is posted again. */
function around({ asked, isPosted }: Posted, children: Markup): Markup {
  if (!isPosted) return children
  const fields = Object.entries(asked.given)
  return markup`
    <form method="post" action="${links.changesOf()}">
      ${fields.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}"/>`)}
      ${children}
    </form>
  `
}

interface Way {
  readonly to: { readonly show: string; readonly limit?: number; readonly offset?: number | undefined }
  readonly text: string
  readonly isHere?: boolean
}

function way({ asked, isPosted }: Posted, { to, text, isHere = false }: Way): Markup {
  const current = attribute('aria-current', isHere ? 'page' : undefined)
  return isPosted
    ? markup`<button type="submit" formaction="${links.changesOf(to)}"${current}>${text}</button>`
    : markup`<a href="${links.changes({ ...asked.given, ...to })}"${current}>${text}</a>`
}
