import type {
  ListedSteadiness,
  SteadinessFilter,
  SteadinessOrder,
} from '../../../../backends/derived/steadiness.ts'

import { links } from '../../../links.ts'
import type { Paging } from '../../../parameters/paging.ts'
import { Choice } from '../../../ui/choice.view.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { FILTER_FOLD } from '../../../ui/lists/filter-fold.ts'
import { flakyTable } from '../../../ui/lists/flaky-table.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'

export interface FlakyViewProps {
  readonly layout: LayoutData
  readonly filter: SteadinessFilter
  readonly found: readonly ListedSteadiness[]
  readonly more: boolean
  readonly paging: Paging
  /** Tests that are still to be counted. */
  readonly waiting: number
  readonly releases: readonly string[]
  readonly arches: readonly string[]
}

const ORDERS: readonly (readonly [SteadinessOrder, string])[] = [
  ['newest', 'Newest flake first'],
  ['flakes', 'Most flakes first'],
  ['time', 'Longest retries first'],
]

/** Which tests pass and fail by turns, and what it costs to try them again. */
export function FlakyView({
  layout,
  filter,
  found,
  more,
  paging,
  waiting,
  releases,
  arches,
}: FlakyViewProps) {
  const to = (offset: number): string =>
    links.flaky({ ...filter, limit: paging.limit, offset: offset === 0 ? undefined : offset })
  return Layout({
    layout,
    title: 'Flaky tests',
    children: markup`
      <h1>Flaky tests</h1>
      <p>
        A proven flake is a pass and a failure of a test within two days with the same version, triggers and
        environment. All numbers cover the year before each test’s newest run.
      </p>
      ${FILTER_FOLD}
      <form class="filters" method="get" action="${links.flaky()}">
        ${Choice({ name: 'release', label: 'Release', given: filter.release, options: releases })}${' '}
        ${Choice({ name: 'arch', label: 'Arch', given: filter.arch, options: arches })}${' '}
        <label>
          Order${' '}
          <select name="order">${ORDERS.map(
            ([order, words]) => markup`
              <option value="${order}"${attribute('selected', order === filter.order)}>${words}</option>
            `,
          )}</select>
        </label>${' '}
        <button type="submit">Show</button>
      </form>
      ${waiting > 0 && markup`<p class="note">${counted(waiting, 'test')} have not been counted yet.</p>`}
      ${
        found.length === 0
          ? Empty({
              children:
                paging.offset > 0
                  ? 'There are no more.'
                  : markup`
                    No test is known to be flaky here. A test counts as flaky once it has passed and failed within two
                    days with the same version, triggers and environment.
                  `,
            })
          : flakyTable(found, paging.offset)
      }
      ${Pagination({
        newest: paging.offset > 0 ? to(0) : undefined,
        newer: paging.offset > 0 ? to(Math.max(0, paging.offset - paging.limit)) : undefined,
        older: more ? to(paging.offset + paging.limit) : undefined,
        words: ['Before', 'More'],
      })}
      <p class="quiet"><a href="${links.flakyJson({ ...filter })}">As JSON</a></p>
    `,
  })
}
