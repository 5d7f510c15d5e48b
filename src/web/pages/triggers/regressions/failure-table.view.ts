import type { TriggerFailure } from '../../../../backends/derived/triggers.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { triggerText } from '../../../../domain/trigger/trigger.ts'
import { links } from '../../../links.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { outcomeMark } from '../../../ui/facts/outcome.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { triggerLink } from '../../../ui/facts/triggers.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { selectionBox } from '../../../ui/lists/selection.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { versionText } from '../../../ui/markup/wrapping.ts'
import type { FailureGroup, GroupBy } from './group-failures.ts'

/** Some of the rows of all groups, each below the head of its group. */
export function failureTable(
  groups: readonly FailureGroup[],
  by: GroupBy,
  offset: number,
  most: number,
): Markup {
  const parts: Markup[] = []
  let passed = 0
  for (const group of groups) {
    const from = Math.max(0, offset - passed)
    const rows = group.failures.slice(from, Math.max(0, offset + most - passed))
    passed += group.failures.length
    if (rows.length === 0) continue
    parts.push(markup`<tbody>${head(group, by)}${rows.map(one => row(one, by))}</tbody>`)
  }
  return markup`
    <table class="runs readable regressions">
      <thead>
        <tr>
          <th scope="col">Result</th>
          ${
            by === 'trigger'
              ? markup`<th scope="col">Package</th><th scope="col">Release, arch</th>`
              : markup`<th scope="col">Trigger</th>`
          }
          <th scope="col">Outcome</th>
          <th scope="col">Version</th>
          <th scope="col">Date (UTC)</th>
          <th scope="col"><span class="for-readers">Links</span></th>
        </tr>
      </thead>\n${parts}
    </table>
  `
}

function head({ failures }: FailureGroup, by: GroupBy): Markup {
  const [first] = failures
  if (first === undefined) return NOTHING
  const columns = by === 'trigger' ? 7 : 6
  const what =
    by === 'trigger'
      ? markup`<span class="mono">${triggerLink(triggerText(first.trigger))}</span>`
      : markup`
        <a href="${links.package(first)}">${first.package}</a>${' '}
        <a href="${links.test(first)}">${first.release} ${first.arch}</a>
      `
  const many = by === 'trigger' ? counted(failures.length, 'test') : counted(failures.length, 'upload')
  return markup`
    <tr class="group">
      <th scope="rowgroup" colspan="${columns}">${what} <span class="quiet">${many}</span></th>
    </tr>\n
  `
}

function row(failure: TriggerFailure, by: GroupBy): Markup {
  const named =
    by === 'trigger'
      ? markup`
        <td class="id"><a href="${links.package(failure)}">${failure.package}</a></td>
        <td class="id"><a href="${links.test(failure)}">${failure.release} ${failure.arch}</a></td>
      `
      : markup`<td data-head="Trigger" class="mono">${triggerLink(triggerText(failure.trigger))}</td>`
  return markup`
    <tr data-row>
      <td class="id">${verdictLink(verdictOf(failure.exitcode), links.run(failure))}</td>
      ${named}
      <td data-head="Outcome">${outcomeMark(failure.outcome)}</td>
      <td data-head="Version">${versionText(failure.version)}</td>
      <td data-head="Date">${runTime(failure.runId)}</td>
      <td class="links"><a href="${links.log(failure)}">log</a> ${selectionBox(failure)}</td>
    </tr>\n
  `
}
