import { humanDuration } from '../../../../domain/run/duration.ts'
import type { RunningTest } from '../../../../queries/queues/running.ts'
import { links } from '../../../links.ts'
import { requestedBy, requestedWith } from '../../../ui/facts/request-params.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/**
 * A test that runs now, as a table of its own. The heads with a colon and their order are what the Go client
 * looks for: `UUID:`, `Release:`, `Architecture:`, then `Running for:`.
 */
export function runningBlock(test: RunningTest): Markup {
  const { params } = test
  const uuid = params.uuid === undefined ? NOTHING : markup`<tr><th>UUID:</th><td>${params.uuid}</td></tr>\n`
  return markup`
    <article data-key="${test.release}/${test.arch}/${test.hash}">
      <table class="facts">\n
        <tbody>
          ${uuid}
          <tr><th>Release:</th>\n<td>${test.release}</td></tr>\n
          <tr><th>Architecture:</th>\n<td>${test.arch}</td></tr>\n
          <tr><th>Running for:</th><td>${humanDuration(test.duration)}</td></tr>\n
          <tr><th>Triggers:</th><td>${requestedWith(params)}</td></tr>\n
          <tr><th>Requested:</th><td>${requestedBy(params)}</td></tr>
        </tbody>
      </table>\n
      <details class="tail">
        <summary>Tail of its log</summary>
        <pre tabindex="0">${test.logtail}</pre>
      </details>\n
      <p>
        <a
          href="${test.id === undefined ? links.runningPackage(test.package) : links.runningTest({ id: test.id })}"
        >
          Follow it
        </a>
      </p>
    </article>
  `
}
