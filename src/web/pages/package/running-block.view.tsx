import { humanDuration } from '../../../domain/run/duration.ts'
import type { RunningTest } from '../../../queries/queues/running.ts'
import { links } from '../../links.ts'
import { requestedBy, requestedWith } from '../../ui/facts/request-params.ts'
import { type Markup, markup, NOTHING } from '../../ui/markup/markup.ts'

/**
 * A test that runs now, as a table of its own. The heads with a colon and their order are what the Go client
 * looks for: `UUID:`, `Release:`, `Architecture:`, then `Running for:`.
 */
export function runningBlock(test: RunningTest): Markup {
  const { params } = test
  const uuid = params.uuid === undefined ? NOTHING : markup`<tr><th>UUID:</th><td>${params.uuid}</td></tr>\n`
  return markup`<article data-key="${test.release}/${test.arch}/${test.hash}"><table class="facts">
<tbody>${uuid}<tr><th>Release:</th>
<td>${test.release}</td></tr>
<tr><th>Architecture:</th>
<td>${test.arch}</td></tr>
<tr><th>Running for:</th><td>${humanDuration(test.duration)}</td></tr>
<tr><th>Triggers:</th><td>${requestedWith(params)}</td></tr>
<tr><th>Requested:</th><td>${requestedBy(params)}</td></tr></tbody></table>
<details class="tail"><summary>Tail of its log</summary><pre tabindex="0">${test.logtail}</pre></details>
<p><a href="${test.id === undefined ? links.runningPackage(test.package) : links.runningTest({ id: test.id })}">Follow it</a></p></article>`
}
