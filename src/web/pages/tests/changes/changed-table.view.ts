import type { ChangedTest, ResultAt } from '../../../../backends/derived/moments.ts'
import { links } from '../../../links.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/** Tests with their results at two moments. */
export function changedTable(tests: readonly ChangedTest[]): Markup {
  return markup`
    <table class="runs readable changes">
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Arch</th>
          <th scope="col">Change</th>
          <th scope="col">Then</th>
          <th scope="col">Date (UTC)</th>
          <th scope="col">Now</th>
          <th scope="col">Date (UTC)</th>
          <th scope="col"><span class="for-readers">Links</span></th>
        </tr>
      </thead>\n
      <tbody>${tests.map(row)}</tbody>
    </table>
  `
}

function row(test: ChangedTest): Markup {
  const { package: name, arch, change, was, now } = test
  const release = (now ?? was)?.release ?? ''
  return markup`
    <tr data-row>
      <td class="id"><a href="${links.package({ package: name })}">${name}</a></td>
      <td data-head="Arch"><a href="${links.test({ package: name, release, arch })}">${arch}</a></td>
      <td data-head="Change">${change}</td>
      ${side('Then', test, was)}
      ${side('Now', test, now)}
      <td class="links">${ways(test)}</td>
    </tr>\n
  `
}

function side(head: string, { package: name, arch }: ChangedTest, result: ResultAt | undefined): Markup {
  if (result === undefined) return markup`<td data-head="${head}">none</td><td></td>`
  const { release, runId, verdict } = result
  const href = links.run({ package: name, arch, release, runId })
  return markup`
    <td data-head="${head}">${verdictLink(verdict, href)}</td>
    <td data-head="Date">${runTime(runId)}</td>
  `
}

function ways({ package: name, arch, was, now }: ChangedTest): Markup {
  if (was === undefined || now === undefined || was.runId === now.runId) return NOTHING
  const key = (result: ResultAt) => ({ package: name, arch, release: result.release, runId: result.runId })
  return markup`<a href="${links.comparison(key(was), key(now))}">compare</a>`
}
