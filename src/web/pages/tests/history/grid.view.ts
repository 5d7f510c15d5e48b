import type { GridRow } from '../../../../domain/compare/subtest-grid.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { humanDate } from '../../../../domain/run/run-id.ts'
import { looksLike, type SubtestResult } from '../../../../domain/run/subtest.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { TestGrid } from '../../../../queries/tests/test-grid.ts'
import { links } from '../../../links.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { shownText } from '../../../ui/markup/control-characters.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/** Rows that stand open, and all that are shown: what is steady is folded. */
const OPEN = 20
const MOST = 300

/** Subtests by runs, newest first: trouble on top, each cell a link. Follows the table in the source. */
export function gridOfSubtests(grid: TestGrid, older: string | undefined): Markup {
  const shown = grid.rows.slice(0, MOST)
  const odd = shown.filter(row => !row.isSteady || row.failing > 0)
  const open = odd.length > 0 ? odd.slice(0, OPEN) : shown.slice(0, OPEN)
  const rest = shown.filter(row => !open.includes(row))
  const left = grid.rows.length - shown.length
  const unknown = grid.known.filter(isKnown => !isKnown).length
  return markup`
    <section class="grid-of-subtests">
      <h2>Tests over the last ${counted(grid.runs.length, 'run')}</h2>\n${table(grid, open, true)}
      ${
        rest.length === 0
          ? NOTHING
          : markup`
            <details>
              <summary>${counted(rest.length, odd.length > 0 ? 'other test' : 'more test')}</summary>
              ${table(grid, rest, false)}
            </details>
          `
      }
      ${
        left === 0
          ? NOTHING
          : markup`
            <p class="note">
              ${counted(left, 'more test')} with the same result in all of these runs are not shown.
            </p>
          `
      }
      <p class="quiet">
        Newest first; an empty cell had no such
        test${unknown === 0 ? NOTHING : markup`, and nothing is recorded of ${counted(unknown, 'run')}`}.
        ${older === undefined ? NOTHING : markup` <a href="${older}">Runs before these</a>`}
      </p>
    </section>
  `
}

function table(grid: TestGrid, rows: readonly GridRow[], isFirst: boolean): Markup {
  const head = (run: Run, place: number): Markup => {
    const verdict = verdictOf(run.exitcode)
    const what = `${verdict}, ${run.version ?? 'unknown'}, ${humanDate(run.runId)}`
    return markup`
      <th scope="col"${grid.known[place] ? NOTHING : markup` class="unknown"`}>
        <a class="mark ${verdict}" href="${links.run(run)}" title="${what}">
          <span class="for-readers">${what}</span>
        </a>
      </th>
    `
  }
  return markup`
    <div
      class="scrolled"
      tabindex="0"
      role="region"
      aria-label="${isFirst ? 'Tests by runs' : 'Other tests by runs'}"
    >
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Test</th>
            <th scope="col" class="oddity"><span class="for-readers">Remarks</span></th>
            ${grid.runs.map(head)}
          </tr>
        </thead>\n
        <tbody>${rows.map(row => rowOf(grid, row))}</tbody>
      </table>
    </div>
  `
}

function rowOf(grid: TestGrid, row: GridRow): Markup {
  return markup`
    <tr${row.failing > 0 ? markup` data-fails` : NOTHING}>
      <th scope="row">${shownText(row.name)}</th>
      <td class="oddity">${saidOf(grid, row)}</td>
      ${row.results.map((result, place) => cell(grid.runs[place] as Run, row.name, result))}
    </tr>\n
  `
}

function cell(run: Run, name: string, result: SubtestResult | undefined): Markup {
  if (result === undefined) return markup`<td></td>`
  return markup`
    <td>
      <a
        class="mark ${looksLike(result)}"
        href="${links.run(run)}"
        title="${result} ${name}, ${humanDate(run.runId)}"
      >
        <span class="for-readers">${result}</span>
      </a>
    </td>
  `
}

/** In words what the cells show: since when it fails, where else, whether it is new. */
function saidOf({ runs, elsewhere }: TestGrid, row: GridRow): Markup {
  if (row.isNew) return markup`new test${row.failing > 0 ? ', fails' : ''}`
  if (row.failing === 0) {
    const failed = row.results.filter(result => result !== undefined && looksLike(result) === 'fail').length
    return failed === 0 ? NOTHING : markup`failed ${failed} of ${row.results.filter(Boolean).length}`
  }
  const since = row.since === undefined ? undefined : runs[row.since]
  const words =
    since === undefined
      ? markup`fails in ${counted(row.failing, 'run')}, whenever it was run`
      : markup`fails since ${runTime(since.runId)}`
  return markup`${words}${whereElse(runs[0], elsewhere.get(row.name))}`
}

function whereElse(
  newest: Run | undefined,
  there: { readonly known: number; readonly failing: readonly string[] } | undefined,
): Markup {
  if (newest === undefined || there === undefined || there.known === 0) return NOTHING
  if (there.failing.length === 0) return markup`, only on ${newest.arch}`
  return markup`, on ${there.failing.join(', ')} too`
}
