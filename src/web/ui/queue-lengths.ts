import type { QueueKey } from '../../domain/queue/queue-name.ts'
import { links } from '../links.ts'
import { type Markup, markup } from './markup.ts'
import { count } from './numbers.ts'

type Length = QueueKey & { readonly size: number }

/** How much waits: a row for each context and release that has anything, a column for each arch. */
export function queueLengths(queues: readonly Length[]): Markup {
  const arches = [...new Set(queues.map(queue => queue.arch))]
  const rows = new Map<string, Map<string, Length>>()
  for (const queue of queues) {
    const name = `${queue.context} ${queue.release}`
    rows.set(name, (rows.get(name) ?? new Map()).set(queue.arch, queue))
  }
  const busy = [...rows].filter(([, byArch]) => [...byArch.values()].some(queue => queue.size > 0))
  return markup`<div class="wide"><table class="queue-lengths"><caption>Requests that wait, by context, release and architecture</caption>
<thead><tr><th scope="col">Queue</th>${arches.map(arch => markup`<th scope="col" class="n">${arch}</th>`)}<th scope="col" class="n">all</th></tr></thead>
<tbody>${busy.map(([name, byArch]) => row(name, arches, byArch))}</tbody></table></div>`
}

function row(name: string, arches: readonly string[], byArch: ReadonlyMap<string, Length>): Markup {
  const total = [...byArch.values()].reduce((sum, queue) => sum + queue.size, 0)
  const cells = arches.map(arch => {
    const queue = byArch.get(arch)
    if (queue === undefined) return markup`<td class="n quiet" title="could not be read">?</td>`
    if (queue.size === 0) return markup`<td class="n quiet">0</td>`
    return markup`<td class="n"><a href="${links.queue(queue)}">${count(queue.size)}</a></td>`
  })
  return markup`<tr><th scope="row">${name}</th>${cells}<td class="n">${count(total)}</td></tr>`
}
