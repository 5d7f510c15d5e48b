import type { TriggerFailure } from '../../../../backends/derived/triggers.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { triggerText } from '../../../../domain/trigger/trigger.ts'
import { links } from '../../../links.ts'
import { failureLine } from '../../../ui/facts/failure-line.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { outcomeMark } from '../../../ui/facts/outcome.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { triggerLink } from '../../../ui/facts/trigger-list.ts'
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
          ${hasTest(by) && markup`<th scope="col">Package</th><th scope="col">Release, arch</th>`}
          ${hasTrigger(by) && markup`<th scope="col">Trigger</th>`}
          <th scope="col">Outcome</th>
          <th scope="col">Version</th>
          <th scope="col">Date (UTC)</th>
          <th scope="col"><span class="for-readers">Links</span></th>
        </tr>
      </thead>\n${parts}
    </table>
  `
}

/** What a row says, as the head of its group does not. */
const hasTest = (by: GroupBy): boolean => by !== 'test'
const hasTrigger = (by: GroupBy): boolean => by !== 'trigger'

/** Of what is grouped, how each counts. */
const COUNTED: Readonly<Record<GroupBy, string>> = { trigger: 'test', test: 'upload', failure: 'failure' }

function head(group: FailureGroup, by: GroupBy): Markup {
  const { failures } = group
  const [first] = failures
  if (first === undefined) return NOTHING
  const columns = 5 + (hasTest(by) ? 2 : 0) + (hasTrigger(by) ? 1 : 0)
  const what = {
    trigger: () => markup`<span class="mono">${triggerLink(triggerText(first.trigger))}</span>`,
    test: () => markup`
      <a href="${links.package(first)}">${first.package}</a>${' '}
      <a href="${links.test(first)}">${first.release} ${first.arch}</a>
    `,
    failure: () => cause(group, first),
  }[by]()
  const many = counted(failures.length, COUNTED[by])
  return markup`
    <tr class="group">
      <th scope="rowgroup" colspan="${columns}">${what} <span class="quiet">${many}</span></th>
    </tr>\n
  `
}

/** The line of the newest, and the way to all that fail so. */
function cause({ why }: FailureGroup, newest: TriggerFailure): Markup {
  if (why === undefined) return markup`Unknown reason`
  return markup`
    ${failureLine(newest, why.line)} <a href="${links.failure({ address: why.address })}">all with this failure</a>
  `
}

function row(failure: TriggerFailure, by: GroupBy): Markup {
  const test = markup`
    <td class="id"><a href="${links.package(failure)}">${failure.package}</a></td>
    <td class="id"><a href="${links.test(failure)}">${failure.release} ${failure.arch}</a></td>
  `
  const trigger = markup`
    <td data-head="Trigger" class="mono">${triggerLink(triggerText(failure.trigger))}</td>
  `
  return markup`
    <tr data-row>
      <td class="id">${verdictLink(verdictOf(failure.exitcode), links.run(failure))}</td>
      ${hasTest(by) && test}
      ${hasTrigger(by) && trigger}
      <td data-head="Outcome">${outcomeMark(failure.outcome)}</td>
      <td data-head="Version">${versionText(failure.version)}</td>
      <td data-head="Date">${runTime(failure.runId)}</td>
      <td class="links"><a href="${links.log(failure)}">log</a> ${selectionBox(failure)}</td>
    </tr>\n
  `
}
