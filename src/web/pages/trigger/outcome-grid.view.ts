import type { OutcomeFilter, TestOutcome } from '../../../backends/derived/triggers.ts'
import { verdictOf } from '../../../domain/run/verdict.ts'
import type { OutcomeRow, TriggerOutcomes } from '../../../queries/triggers/trigger-outcomes.ts'
import { links } from '../../links.ts'
import { outcomeLook } from '../../ui/facts/outcome.ts'
import { verdictLink, verdictMark } from '../../ui/facts/verdict.ts'
import { selectionBox } from '../../ui/lists/selection.ts'
import { type Markup, markup, NOTHING } from '../../ui/markup/markup.ts'
import { wrapping } from '../../ui/markup/wrapping.ts'

/** Tests by arch: each cell has the verdict of the run that decided, and what it means for the trigger. */
export function outcomeGrid({ rows, arches, counts }: TriggerOutcomes, filter: OutcomeFilter): Markup {
  const hasReleases = new Set(counts.map(one => one.release)).size > 1
  return markup`
    <table class="matrix outcome-grid">
      <caption>The run that decided: the newest pass, else the newest</caption>\n
      <thead>
        <tr>
          <th scope="col">Package</th>
          ${hasReleases ? markup`<th scope="col">Release</th>` : NOTHING}
          ${arches.map(arch => markup`<th scope="col">${arch}</th>`)}
        </tr>
      </thead>\n
      <tbody>\n${rows.map(row => gridRow(row, arches, hasReleases, filter))}</tbody>
    </table>
  `
}

function gridRow(
  row: OutcomeRow,
  arches: readonly string[],
  hasReleases: boolean,
  filter: OutcomeFilter,
): Markup {
  const release = hasReleases ? markup`<td class="id">${row.release}</td>` : NOTHING
  return markup`
    <tr data-row>
      <th scope="row" class="id"><a href="${links.package(row)}">${wrapping(row.package)}</a></th>
      ${release}
      ${arches.map(arch => cell(row, arch, filter))}
    </tr>\n
  `
}

function cell({ outcomes, live }: OutcomeRow, arch: string, filter: OutcomeFilter): Markup {
  const test = outcomes.get(arch)
  if (test === undefined) return markup`<td class="cell"></td>`
  const state = live.get(arch)
  const faint = filter.outcome !== undefined && filter.outcome !== test.outcome ? ' faint' : ''
  const mark = state === undefined ? NOTHING : markup` <span class="again">${verdictMark(state)}</span>`
  return markup`
    <td
      class="cell ${outcomeLook(test.outcome)}${faint}${state === undefined ? '' : ' live'}"
      title="${test.package} ${test.version}"
    >
      ${verdictLink(verdictOf(test.exitcode), links.run(test))}
      ${meaning(test)}
      ${mark}
    </td>
  `
}

/** A pass is a pass; of a failure it matters what it means. */
function meaning(test: TestOutcome): Markup {
  if (test.outcome === 'pass' || test.outcome === 'neutral') return NOTHING
  return markup` ${selectionBox(test)}<span class="outcome">${test.outcome}</span>`
}
