import type { ChangePage } from '../../../backends/derived/moments.ts'
import { TEST_CHANGES, type TestChange } from '../../../domain/test/test-change.ts'
import type { Changes } from '../../../queries/tests/changes.ts'
import { links } from '../../links.ts'
import type { ChangesAsked } from '../../parameters/changes.ts'
import { Empty } from '../../ui/empty.view.tsx'
import { count } from '../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.tsx'
import { ChangeFilters, type ChangeFiltersProps } from './change-filters.view.tsx'
import { changedTable } from './changed-table.view.ts'

export interface ChangesViewProps extends ChangeFiltersProps {
  readonly layout: LayoutData
  readonly found: Changes
  readonly page: ChangePage
}

/** What broke since then, and what was mended? */
export function ChangesView(props: ChangesViewProps) {
  const { layout, found, asked, page, isPosted } = props
  const { from, to, given } = asked
  const all = TEST_CHANGES.reduce((sum, change) => sum + found.counts[change], 0)
  const total = page.change === undefined ? all : found.counts[page.change]
  const { offset } = page
  const last = offset + found.tests.length
  const shown = page.change ?? 'all'
  const step = (to: number) => ({ show: shown, limit: page.limit, offset: to > 0 ? to : undefined })
  return (
    <Layout layout={layout} title={`Changes in ${to.moment.release}`} here="regressions">
      <h1>Changes in {to.moment.release}</h1>
      <p>
        The results of tests {from.moment.release === to.moment.release ? '' : `of ${from.moment.release} `}at{' '}
        {from.words}, and {to.moment.release === from.moment.release ? '' : `of ${to.moment.release} `}at{' '}
        {to.words}. Of each test the newest run that had ended by then; runs against the release as it is, and
        those whose testbed failed, are left out.
      </p>
      {!found.isComplete && <p class="note">Not all results have been looked at yet, so this is not all.</p>}
      <ChangeFilters {...props} />
      <Ways asked={asked} isPosted={isPosted}>
        <nav class="tabs" aria-label="What became of tests">
          {[...TEST_CHANGES, 'all' as const].map(change => (
            <Way
              asked={asked}
              isPosted={isPosted}
              to={{ show: change }}
              text={`${NAMES[change]} ${count(change === 'all' ? all : found.counts[change])}`}
              isHere={change === shown}
            />
          ))}
        </nav>
        {total === 0 ? (
          <Empty>{NONE[shown]}</Empty>
        ) : found.tests.length === 0 ? (
          <Empty>There are no more than {count(total)}.</Empty>
        ) : (
          changedTable(found.tests)
        )}
        {found.tests.length < total && (
          <nav class="pages" aria-label="Pages">
            {offset > 0 && (
              <Way asked={asked} isPosted={isPosted} to={step(offset - page.limit)} text="Before" />
            )}
            {last < total && <Way asked={asked} isPosted={isPosted} to={step(last)} text="More" />}
          </nav>
        )}
      </Ways>
      {isPosted ? null : (
        <p class="quiet">
          All of it for programs: <a href={links.changesJson(given)}>changes.json</a>,{' '}
          <a href={links.changesCsv(given)}>changes.csv</a>
        </p>
      )}
    </Layout>
  )
}

const NAMES: Readonly<Record<TestChange | 'all', string>> = {
  ...{ 'newly failing': 'Newly failing', mended: 'Mended', 'still failing': 'Still failing' },
  ...{ appeared: 'Appeared', gone: 'Gone', all: 'All' },
}
const NONE: Readonly<Record<TestChange | 'all', string>> = {
  'newly failing': 'No test fails that passed then.',
  mended: 'No test passes that failed then.',
  'still failing': 'No test failed at both times.',
  appeared: 'No test has a result that had none then.',
  gone: 'No test has lost its result.',
  all: 'Nothing has changed, and nothing fails.',
}

interface WaysProps {
  readonly asked: ChangesAsked
  readonly isPosted: boolean
}

/** Around what leads to other parts of the same list: what is posted is posted again. */
function Ways({ asked, isPosted, children }: WaysProps & { readonly children?: unknown }) {
  if (!isPosted) return <>{children}</>
  return (
    <form method="post" action={links.changesOf()}>
      {Object.entries(asked.given).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {children}
    </form>
  )
}

interface WayProps extends WaysProps {
  readonly to: { readonly show: string; readonly limit?: number; readonly offset?: number | undefined }
  readonly text: string
  readonly isHere?: boolean
}

function Way({ asked, isPosted, to, text, isHere = false }: WayProps) {
  const current = isHere ? 'page' : undefined
  if (!isPosted) {
    return (
      <a href={links.changes({ ...asked.given, ...to })} aria-current={current}>
        {text}
      </a>
    )
  }
  return (
    <button type="submit" formaction={links.changesOf(to)} aria-current={current}>
      {text}
    </button>
  )
}
