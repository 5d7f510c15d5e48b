import type { Load, LoadRow } from '../../../queries/queues/load.ts'
import { links } from '../../links.ts'
import { count } from '../facts/numbers.ts'
import { verdictLink } from '../facts/verdict.ts'
import { type Markup, markup } from '../markup/markup.ts'

/**
 * How much runs and waits: a row for what runs and for each context, a column for each arch; each leads to its list.
 */
export function loadTable({ rows, arches }: Load): Markup {
  return markup`
    <table class="load">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          ${arches.map(arch => markup`<th scope="col" class="n">${arch}</th>`)}
          <th scope="col" class="n">all</th>
        </tr>
      </thead>\n
      <tbody>\n${rows.map(row => loadRow(row, arches))}</tbody>
    </table>
  `
}

function loadRow({ kind, byArch, total }: LoadRow, arches: readonly string[]): Markup {
  const of = kind === 'running' ? {} : { context: kind }
  const href = links.running(of)
  const head = kind === 'running' ? verdictLink('running', href) : markup`<a href="${href}">${kind}</a>`
  const cells = arches.map(arch => {
    const size = byArch.get(arch) ?? 0
    if (size === 0) return markup`<td class="n quiet">0</td>`
    return markup`<td class="n"><a href="${links.running({ ...of, arch })}">${count(size)}</a></td>`
  })
  return markup`<tr data-row><th scope="row">${head}</th>${cells}<td class="n">${count(total)}</td></tr>\n`
}
