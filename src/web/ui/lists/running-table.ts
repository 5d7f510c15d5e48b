import { humanDuration } from '../../../domain/run/duration.ts'
import type { RunningTest } from '../../../queries/queues/running.ts'
import { links } from '../../links.ts'
import { requestedWith } from '../facts/request-params.ts'
import { type Markup, markup } from '../markup/markup.ts'

/** Tests that run now. */
export function runningTable(tests: readonly RunningTest[]): Markup {
  return markup`
    <table class="readable">
      <caption>Running now</caption>\n
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Test</th>
          <th scope="col">Triggers</th>
          <th scope="col" class="n">Running for</th>
        </tr>
      </thead>\n
      <tbody>${tests.map(
        test =>
          markup`
            <tr data-row class="live">
              <td data-head="Package"><a href="${links.runningPackage(test.package)}">${test.package}</a></td>
              <td data-head="Test"><a href="${links.test(test)}">${test.release}/${test.arch}</a></td>
              <td data-head="Triggers">${requestedWith(test.params)}</td>
              <td data-head="Running for" class="n">${humanDuration(test.duration)}</td>
            </tr>
          `,
      )}</tbody>
    </table>
  `
}
