import type { Regressions } from '../../../../queries/triggers/regressions.ts'
import { links } from '../../../links.ts'
import type { StateWord } from '../../../parameters/regression-filter.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { IndexNote } from '../../../ui/index-state.view.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { markup } from '../../../ui/markup/markup.ts'
import { failureTable } from './failure-table.view.ts'
import type { FailureGroup, GroupBy } from './group-failures.ts'
import { RegressionFilters } from './regression-filters.view.ts'
import { RetrySelected } from './retry-selected.view.ts'

export interface RegressionsViewProps {
  readonly layout: LayoutData
  readonly found: Regressions
  readonly state: StateWord
  readonly groups: readonly FailureGroup[]
  readonly by: GroupBy
  /** Rows that stand on pages before. */
  readonly offset: number
  /** The filters as given; '' if absent. */
  readonly given: Readonly<Record<string, string>>
  readonly releases: readonly string[]
  readonly teams: readonly string[]
  /** Whether outcomes are checked against britney's. */
  readonly hasExcuses: boolean
}

/** What is listed in each state. */
const WHAT: Readonly<Record<StateWord, string>> = {
  regression: 'Tests that failed for an upload, but do not fail in their reference run.',
  'no baseline': 'Tests that failed for an upload, and have no reference run to be compared with.',
  'no result': 'Tests that could not be run for an upload.',
  'not a regression':
    'Tests that failed for an upload, and in their reference run too, or that never passed.',
}

/** As pages call it. */
const BY: Readonly<Record<GroupBy, string>> = { trigger: 'upload', test: 'test', failure: 'failure' }

/** As many as can be retried at once. */
const ROWS = 100

/** Which tests hold uploads up, and what to do about it. */
export function RegressionsView(props: RegressionsViewProps) {
  const { layout, found, state, groups, by, offset, given } = props
  const all = found.failures.length
  const to = (from: number) => links.regressions({ ...given, by, offset: from > 0 ? from : undefined })
  const tests = new Set(found.failures.map(one => `${one.release}/${one.arch}/${one.package}`)).size
  const uploads = new Set(found.failures.map(one => `${one.trigger.source}/${one.trigger.version}`)).size
  return Layout({
    layout,
    title: 'Regressions',
    here: 'regressions',
    children: markup`
      <h1>Regressions</h1>
      <p>
        ${WHAT[state]} Each test and upload is shown with its deciding run.${' '}
        <a href="${links.changes()}">Changes of the last week</a>,${' '}
        <a href="${links.teams()}">by team</a>${
          props.hasExcuses && markup`, <a href="${links.excuses()}">checked against britney</a>`
        }
      </p>
      ${IndexNote({ index: found.index })}
      ${RegressionFilters(props)}
      ${
        found.isCut &&
        markup`
          <p class="note">Only the newest ${count(all)} were searched: use a filter to narrow them down.</p>
        `
      }
      ${
        all === 0
          ? Empty({
              children: markup`
                No failures match these filters in that period.${' '}
                <a href="${links.regressions()}">Show all of the last days</a>
              `,
            })
          : markup`
            <p>
              ${counted(all, 'failure')} of ${counted(uploads, 'upload')} at ${counted(tests, 'test')},
              by${' '}
              ${Object.entries(BY).map(
                ([one, words], place) => markup`
                  ${place > 0 && ', '}
                  ${
                    one === by
                      ? markup`<strong>${words}</strong>`
                      : markup`<a href="${links.regressions({ ...given, by: one })}">${words}</a>`
                  }
                `,
              )}
            </p>
            ${failureTable(groups, by, offset, ROWS)}
            ${RetrySelected({ given })}
          `
      }
      ${Pagination({
        newest: offset > ROWS ? to(0) : undefined,
        newer: offset > 0 ? to(Math.max(0, offset - ROWS)) : undefined,
        older: offset + ROWS < all ? to(offset + ROWS) : undefined,
        words: ['Before', 'More'],
      })}
    `,
  })
}
