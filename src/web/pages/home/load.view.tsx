import type { Home, LoadRow } from '../../../queries/queues/home.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.tsx'
import { type Markup, markup } from '../../ui/markup.ts'
import { count } from '../../ui/numbers.ts'
import { momentElement } from '../../ui/time.ts'
import { verdictMark } from '../../ui/verdict.ts'

/** How much runs and waits, by context and arch. */
export function Load({ home }: { readonly home: Home }) {
  return (
    <section>
      <h2>
        <a href={links.running()}>
          {count(home.running.total)} running, {count(home.queued.total)} queued
        </a>
      </h2>
      {home.running.state === 'missing' && (
        <Empty>No worker has said what it runs yet: amqp-status-collector writes it down.</Empty>
      )}
      {home.queued.state === 'missing' && (
        <Empty>The queues have not been read yet: cache-amqp does so every 20 seconds or so.</Empty>
      )}
      {(home.running.state === 'broken' || home.queued.state === 'broken') && (
        <Empty>A live file could not be read; what stands here is the last that could.</Empty>
      )}
      {home.arches.length > 0 && <div class="wide">{table(home)}</div>}
      {home.queued.at !== undefined && (
        <p class="quiet">Queues as of {momentElement(home.queued.at.getTime())}</p>
      )}
    </section>
  )
}

function table({ load, arches }: Home): Markup {
  return markup`<table class="load"><thead><tr><th scope="col">Queue</th>${arches.map(arch => markup`<th scope="col" class="n">${arch}</th>`)}<th scope="col" class="n">all</th></tr></thead>
<tbody>
${load.map(row => loadRow(row, arches))}</tbody></table>`
}

function loadRow(row: LoadRow, arches: readonly string[]): Markup {
  const head = row.kind === 'running' ? verdictMark('running') : row.kind
  const cells = arches.map(arch => markup`<td class="n">${cell(row.byArch.get(arch) ?? 0)}</td>`)
  return markup`<tr><th scope="row">${head}</th>${cells}<td class="n">${cell(row.total)}</td></tr>\n`
}

const cell = (number: number): string | Markup =>
  number === 0 ? markup`<span class="quiet">0</span>` : count(number)
