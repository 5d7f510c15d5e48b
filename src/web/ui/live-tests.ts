import { humanDuration } from '../../domain/duration.ts'
import type { RunningTest } from '../../queries/running.ts'
import { links } from '../links.ts'
import { type Markup, markup } from './markup.ts'
import { requesterLink } from './runs-table.ts'
import { triggerList } from './triggers.ts'

const row = (head: string, value: unknown): Markup | '' =>
  value === undefined ? '' : markup`<tr><th>${head}:</th><td>${value}</td></tr>\n`

/**
 * A test that runs now, as a table of its own. The heads with a colon and their order are what the Go client
 * looks for: `UUID:`, `Release:`, `Architecture:`, then `Running for:`.
 */
export function runningBlock(test: RunningTest): Markup {
  const { params } = test
  return markup`<article><table class="facts running-test">
<tbody>${row('UUID', params.uuid)}<tr><th>Release:</th>
<td>${test.release}</td></tr>
<tr><th>Architecture:</th>
<td>${test.arch}</td></tr>
${row('Running for', humanDuration(test.duration))}${row('Triggers', triggerList(params.triggers))}${row('PPAs', params.ppas.length > 0 ? params.ppas.join(', ') : undefined)}${row('Environment', params.env.length > 0 ? params.env.join(' ') : undefined)}${row('All of -proposed', params.allProposed ? 'yes' : undefined)}${row('Requester', requesterLink(params.requester))}</tbody></table>
<details class="tail"><summary>Tail of its log</summary><pre>${test.logtail}</pre></details>
<p><a href="${links.runningPackage(test.package)}">Follow it</a></p></article>`
}
