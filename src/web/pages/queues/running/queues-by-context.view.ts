import { CONTEXTS, type QueueKey } from '../../../../domain/queue/queue-name.ts'
import type { Queue } from '../../../../queries/queues/queued.ts'
import { links } from '../../../links.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { waitingCells, waitingHeads, waitingWidth } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/**
 * Every queue, folded by context: how long it is and what is next in it. Empty ones are where links to them lead,
 * too.
 */
export function queuesByContext(queues: readonly Queue[], hasAdmins: boolean): Markup {
  return markup`${CONTEXTS.map(context => {
    const all = queues.filter(queue => queue.context === context)
    const busy = all.filter(queue => queue.size > 0)
    const empty = all.filter(queue => queue.size === 0)
    const total = busy.reduce((sum, queue) => sum + queue.size, 0)
    if (all.length === 0) return NOTHING
    return markup`
      <details class="queues" data-key="queues-${context}">
        <summary>
          ${context} <span class="n">${count(total)}</span>${' '}
          <span class="quiet">in ${count(busy.length)} of ${count(all.length)} queues</span>
        </summary>\n${busy.length > 0 ? queueTable(busy, hasAdmins) : NOTHING}
        ${empty.length > 0 ? emptyQueues(empty) : NOTHING}
      </details>
    `
  })}`
}

const keyOf = ({ context, release, arch }: QueueKey) => ({ context, release, arch })

const anchorOf = ({ context, release, arch }: QueueKey) => `queue-${context}-${release}-${arch}`

function queueTable(queues: readonly Queue[], hasAdmins: boolean): Markup {
  return markup`
    <table class="readable queued">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col" class="n">Waiting</th>
          <th scope="col">Next</th>
          ${waitingHeads('next')}
          ${hasAdmins ? markup`<th scope="col"><span class="for-readers">Links</span></th>` : NOTHING}
        </tr>
      </thead>\n
      <tbody>${queues.map(queue => queueRow(queue, hasAdmins))}</tbody>
    </table>
  `
}

function queueRow(queue: Queue, hasAdmins: boolean): Markup {
  const { release, arch, size, known } = queue
  const [next] = queue.slice(0, 1)
  const cells =
    next === undefined
      ? markup`
        <td data-head="Next" colspan="${1 + waitingWidth('next')}" class="quiet">
          ${known === 0 ? unknownText(queue) : 'private job'}
        </td>
      `
      : markup`
        <td data-head="Next"><a href="${links.package({ package: next.package })}">${next.package}</a></td>
        ${waitingCells({ ...keyOf(queue), ...next, position: 1 }, 'next')}
      `
  const ways = hasAdmins
    ? markup`
      <td class="links ways-on"><a href="${links.queueRemoval(queue)}">Remove requests (admins)</a></td>
    `
    : NOTHING
  return markup`
    <tr data-row id="${anchorOf(queue)}">
      <td class="id"><a href="${links.queue(queue)}">${release}/${arch}</a></td>
      <td data-head="Waiting" class="n">${count(size)}</td>
      ${cells}
      ${ways}
    </tr>
  `
}

const unknownText = ({ unread }: Queue): string =>
  unread === undefined ? 'not read yet' : `not known: this queue is not inspected, as ${unread}`

function emptyQueues(queues: readonly Queue[]): Markup {
  return markup`
    <p class="quiet also">
      Empty:${' '}
      ${queues.map(
        queue => markup`
          <a id="${anchorOf(queue)}" href="${links.queue(queue)}">${queue.release}/${queue.arch}</a>${' '}
        `,
      )}
    </p>
  `
}
