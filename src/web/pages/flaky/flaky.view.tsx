import type {
  ListedSteadiness,
  SteadinessFilter,
  SteadinessOrder,
} from '../../../backends/derived/steadiness.ts'
import { humanDuration } from '../../../domain/run/duration.ts'
import { links } from '../../links.ts'
import type { Paging } from '../../parameters/paging.ts'
import { Choice } from '../../ui/choice.view.tsx'
import { Empty } from '../../ui/empty.view.tsx'
import { count, counted } from '../../ui/facts/numbers.ts'
import { runTime } from '../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.tsx'
import { Pagination } from '../../ui/lists/pagination.view.tsx'
import { attribute, type Markup, markup } from '../../ui/markup/markup.ts'

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
        environment. All numbers are of the year before each test’s newest run.
      </p>
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
      ${waiting > 0 && markup`<p class="note">${counted(waiting, 'test')} are still to be counted.</p>`}
      ${
        found.length === 0
          ? Empty({
              children:
                paging.offset > 0
                  ? 'There are no more.'
                  : markup`
                    No test is known to be flaky here. One is once it has passed and failed with the same
                    within two days.
                  `,
            })
          : table(found, paging.offset)
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

function table(found: readonly ListedSteadiness[], offset: number): Markup {
  return markup`
    <table class="readable">
      <caption>Tests ${count(offset + 1)} to ${count(offset + found.length)}</caption>\n
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Release</th>
          <th scope="col">Arch</th>
          <th scope="col" class="n">Flakes</th>
          <th scope="col">Newest flake</th>
          <th scope="col" class="n">Retries passed</th>
          <th scope="col" class="n">Retries took</th>
          <th scope="col" class="n">Verdict changed</th>
        </tr>
      </thead>\n
      <tbody>${found.map(row)}</tbody>
    </table>
  `
}

function row(test: ListedSteadiness): Markup {
  const { lastFlake: flake } = test
  const run = (runId: string): string =>
    links.run({ release: test.release, arch: test.arch, package: test.package, runId })
  const newest =
    flake === undefined
      ? markup`<span class="quiet">none</span>`
      : markup`
        <a href="${run(flake.from)}">${runTime(flake.from)}</a> and${' '}
        <a href="${run(flake.to)}">${runTime(flake.to)}</a>
      `
  return markup`
    <tr data-row>
      <td class="id"><a href="${links.test(test)}">${test.package}</a></td>
      <td class="id">${test.release}</td>
      <td class="id">${test.arch}</td>
      <td data-head="Flakes" class="n">${count(test.flakes)}</td>
      <td data-head="Newest flake">${newest}</td>
      <td data-head="Retries passed" class="n">${count(test.rescued)} of ${count(test.retries)}</td>
      <td data-head="Retries took" class="n">${humanDuration(test.retrySeconds)}</td>
      <td data-head="Verdict changed" class="n">
        ${count(test.transitions)} in ${counted(test.runs, 'run')}
      </td>
    </tr>\n
  `
}
