import type { TestOutcome } from '../../../../backends/derived/triggers.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { testId } from '../../../../domain/test/test.ts'
import { isFailing } from '../../../../domain/trigger/outcome.ts'
import type { RescueRate } from '../../../../queries/tests/rescue-rate.ts'
import type { LiveState, OutcomeRow, TriggerOutcomes } from '../../../../queries/triggers/trigger-outcomes.ts'
import { links } from '../../../links.ts'
import type { AskedOutcomes } from '../../../parameters/outcome-filter.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { outcomeLook } from '../../../ui/facts/outcome.ts'
import { verdictLink, verdictMark } from '../../../ui/facts/verdict.ts'
import { selectionBox } from '../../../ui/lists/selection.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { wrapping } from '../../../ui/markup/wrapping.ts'

/** Tests by arch: each cell has the verdict of the run that decided, and what it means for the trigger. */
export function outcomeGrid(
  { rows, arches, counts, failing }: TriggerOutcomes,
  filter: AskedOutcomes,
): Markup {
  const hasReleases = new Set(counts.map(one => one.release)).size > 1
  return markup`
    <table class="matrix outcome-grid">
      <caption>The deciding run: the newest pass, or else the newest run</caption>\n
      <thead>
        <tr>
          <th scope="col">Package</th>
          ${hasReleases ? markup`<th scope="col">Release</th>` : NOTHING}
          ${arches.map(arch => markup`<th scope="col">${arch}</th>`)}
        </tr>
      </thead>\n
      <tbody>\n${rows.map(row => gridRow(row, arches, hasReleases, { filter, failing: failing?.tests }))}</tbody>
    </table>
  `
}

interface Asked {
  readonly filter: AskedOutcomes
  /** The tests with the requested failure, by id; undefined: with any failure. */
  readonly failing: ReadonlySet<string> | undefined
}

/** Whether it is one of those that are looked for; the others of its package stand beside it. */
const isAsked = (
  test: TestOutcome,
  filter: AskedOutcomes,
  failing: ReadonlySet<string> | undefined,
): boolean =>
  (filter.outcome === undefined || filter.outcome === test.outcome) &&
  (filter.since === undefined || test.runId >= filter.since) &&
  (failing === undefined || failing.has(testId(test)))

function gridRow(row: OutcomeRow, arches: readonly string[], hasReleases: boolean, asked: Asked): Markup {
  const release = hasReleases ? markup`<td class="id">${row.release}</td>` : NOTHING
  return markup`
    <tr data-row>
      <th scope="row" class="id"><a href="${links.package(row)}">${wrapping(row.package)}</a></th>
      ${release}
      ${arches.map(arch => cell(row, arch, asked))}
    </tr>\n
  `
}

function cell(
  { outcomes, live, ignored, rescue }: OutcomeRow,
  arch: string,
  { filter, failing }: Asked,
): Markup {
  const [test, state] = [outcomes.get(arch), live.get(arch)]
  const mark = state === undefined ? NOTHING : markup` <span class="again">${liveMark(state)}</span>`
  if (test === undefined) return markup`<td class="cell${state === undefined ? '' : ' live'}">${mark}</td>`
  const faint = isAsked(test, filter, failing) ? '' : ' faint'
  return markup`
    <td
      class="cell ${outcomeLook(test.outcome)}${faint}${state === undefined ? '' : ' live'}"
      title="${test.package} ${test.version}"
    >
      ${verdictLink(verdictOf(test.exitcode), links.run(test))}
      ${meaning(test, rescue.get(arch))}
      ${ignored.has(arch) && markup`<span class="outcome" title="Britney lets it pass, by a hint">IGNORE-FAIL</span>`}
      ${mark}
    </td>
  `
}

/** Its live state, and its position. */
const liveMark = ({ word, position }: LiveState): Markup =>
  position === undefined ? verdictMark(word) : markup`${verdictMark(word)} no. ${count(position)}`

/** A pass is a pass; of a failure it matters what it means, and whether retries have helped. */
function meaning(test: TestOutcome, rescue: RescueRate | undefined): Markup {
  if (!isFailing(test.outcome)) return NOTHING
  const rate =
    rescue === undefined
      ? NOTHING
      : markup`
          <span class="outcome" title="Retries of this test in a year, and those of them that passed">
            ${count(rescue.passed)} of ${counted(rescue.retries, 'retry', 'retries')} passed
          </span>
        `
  return markup` ${selectionBox(test)}<span class="outcome">${test.outcome}</span>${rate}`
}
