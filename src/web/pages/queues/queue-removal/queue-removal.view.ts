import type { QueueKey } from '../../../../domain/queue/queue-name.ts'
import { isSelective, type RequestCriteria } from '../../../../domain/queue/request-criteria.ts'
import { readRequestParams } from '../../../../domain/request/request-params.ts'
import type { AdminRemoval } from '../../../../operations/queues/remove-as-admin.ts'
import type { FoundRequests, ShownRequest } from '../../../../queries/queues/waiting-requests.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { waitingCells, waitingHeads } from '../../../ui/lists/waiting-table.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'

interface WithLayout {
  readonly layout: LayoutData
}

/** The rows of a preview, which are all that is read if there are no criteria. */
export const MOST_ROWS = 200

export function AnonymousView({ layout, next }: WithLayout & { readonly next: string }) {
  return Layout({
    layout,
    title: 'Remove requests',
    here: 'running',
    children: markup`
      <h1>Remove requests</h1>
      <p>You are not logged in. Only admins of this site may remove requests from queues.</p>
      ${LoginForm({ layout, next })}
    `,
  })
}

const titleOf = ({ context, release, arch }: QueueKey): string =>
  `Remove requests from ${context} ${release}/${arch}`

export interface RemovalProps extends WithLayout {
  readonly queue: QueueKey
  readonly criteria: RequestCriteria
  /** How old a request is at least. */
  readonly days: number | undefined
  /** What meets the criteria; undefined without a queue. */
  readonly found: FoundRequests | undefined
  /** Why nothing was removed when it was posted. */
  readonly problem: string | undefined
  /** The number that is removed at once. */
  readonly most: number
  readonly action: string
  readonly token: string
}

/** Which should go? Who only ticks a few needs no criteria, and would scroll past them on a phone: they are folded. */
export function RemovalView(props: RemovalProps) {
  const { layout, queue, criteria, days, problem } = props
  return Layout({
    layout,
    title: titleOf(queue),
    here: 'running',
    children: markup`
      <p class="crumbs">
        <a href="${links.queue(queue)}">Queue ${queue.context} ${queue.release}/${queue.arch}</a>
      </p>
      <h1>${titleOf(queue)}</h1>
      ${problem !== undefined && markup`<p class="problem">${problem}</p>`}
      <details${attribute('open', isSelective(criteria))}>
        <summary>Find by package, trigger, requester or age</summary>
        <form action="${links.queueRemoval(queue)}" method="get" class="request deed">
          <div>
            ${Field({ name: 'package', label: 'Packages', values: criteria.packages })}
            ${Field({
              name: 'trigger',
              label: 'Triggers: source/version, or source',
              values: criteria.triggers,
            })}
            ${Field({ name: 'requester', label: 'Requesters', values: criteria.requesters })}
            ${Field({
              name: 'days',
              label: 'Requested at least this many days ago',
              values: days === undefined ? [] : [String(days)],
            })}
            <div class="field choices">
              <label>
                <input
                  type="checkbox"
                  name="duplicates"
                  value="1"
                  ${attribute('checked', criteria.duplicates)}
                />${' '}
                Asks for the same as an older one
              </label>
              <label>
                <input type="checkbox" name="obsolete" value="1"${attribute('checked', criteria.obsolete)}/>${' '}
                The archive has newer versions than all its triggers
              </label>
            </div>
            <button type="submit">Show what meets this</button>
          </div>
        </form>
      </details>
      ${Found(props)}
    `,
  })
}

function Field({
  name,
  label,
  values = [],
}: {
  name: string
  label: string
  values: readonly string[] | undefined
}) {
  return markup`
    <div class="field">
      <label class="name" for="${name}">${label}</label>
      <input id="${name}" name="${name}" value="${values.join(' ')}" autocomplete="off" spellcheck="false"/>
    </div>
  `
}

function Found({ queue, found, criteria, most, action, token }: RemovalProps) {
  const requests = found?.requests ?? []
  const shown = requests.slice(0, MOST_ROWS)
  const going = requests.filter(mayGo).length
  const unseen = (found?.depth ?? 0) - (found?.seen ?? 0)
  if (found?.unread !== undefined && found.depth > 0) {
    return Empty({
      children: markup`
        ${counted(found.depth, 'request')} ${found.depth === 1 ? 'waits' : 'wait'} here. This queue is not inspected,
        as ${found.unread}, so nothing can be removed from it.
      `,
    })
  }
  if (requests.length === 0) {
    return Empty({
      children: isSelective(criteria)
        ? 'No waiting request meets all criteria.'
        : 'No requests are waiting here.',
    })
  }
  return markup`
    ${unseen > 0 && markup`<p>The newest ${count(unseen)} in this queue were not read.</p>`}
    <form action="${action}" method="post" class="deed">
      <input type="hidden" name="confirm" value="${token}"/>
      <table class="readable queued">
        <caption>${counted(requests.length, 'request')}, oldest first</caption>
        <thead>
          <tr>
            <th scope="col" class="n">No</th>
            <th scope="col">Package</th>
            ${waitingHeads('removable')}
            <th scope="col"><span class="for-readers">Remove</span></th>
          </tr>
        </thead>
        <tbody>${shown.map(one => row(one, queue))}</tbody>
      </table>
      ${
        requests.length > MOST_ROWS &&
        markup`<p>The other ${count(requests.length - MOST_ROWS)} are not shown here.</p>`
      }
      ${
        going > 0 &&
        markup`
          <p><button type="submit" name="which" value="ticked">Remove selected requests</button></p>
        `
      }
      ${
        going > 0 &&
        isSelective(criteria) &&
        markup`
          <p>
            <button type="submit" name="which" value="all">
              Remove all matching requests: ${counted(Math.min(going, most), 'request')}
            </button>${' '}
            This removes the requests that match when you press the button, at most ${count(most)} at a time.
          </p>
        `
      }
    </form>
  `
}

const mayGo = ({ params, credentials }: ShownRequest): boolean => params !== undefined && !credentials

function row(request: ShownRequest, queue: QueueKey) {
  const { position, package: name = 'an unreadable message', params = {}, credentials } = request
  const read = readRequestParams(params)
  return markup`
    <tr data-row="true">
      <td data-head="No" class="n">${position}</td>
      <td data-head="Package">
        ${name}
        ${request.private && ' (private)'}
        ${credentials && ' (not removable here: it contains credentials)'}
      </td>
      ${waitingCells({ ...queue, package: name, params: read, position }, 'removable')}
      <td data-head="Remove" class="links">${
        mayGo(request) &&
        markup`
          <input
            type="checkbox"
            name="only"
            value="${request.digest}"
            aria-label="Remove number ${position}, ${name}"
          />
        `
      }</td>
    </tr>
  `
}

interface RemovedProps extends WithLayout {
  readonly queue: QueueKey
  readonly removal: AdminRemoval
  /** What was removed, as `queue restore` reads it. */
  readonly kept: string
}

/** What went, to be kept. */
export function RemovedView({
  layout,
  queue,
  removal: { removed, unmarked, withCredentials, tooMany },
  kept,
}: RemovedProps) {
  return Layout({
    layout,
    title: titleOf(queue),
    here: 'running',
    children: markup`
      <h1>${counted(removed.length, 'request')} removed</h1>
      ${
        unmarked > 0 &&
        markup`
          <p>
            The pages of ${counted(unmarked, 'request')} still show it as waiting, as the removal could not be
            recorded in the database.
          </p>
        `
      }
      ${
        withCredentials > 0 &&
        markup`
          <p>
            ${counted(withCredentials, 'request')} with credentials stayed in the queue: an operator can remove them
            with <code>queue remove</code>.
          </p>
        `
      }
      ${
        tooMany > 0 &&
        markup`
        <p>${counted(tooMany, 'request')} stayed in the queue, as too many matched to be removed at once.</p>
      `
      }
      ${
        removed.length > 0 &&
        markup`
          <p>Keep this list: it is shown only once, and <code>queue restore</code> can put the requests back.</p>
          <div class="tail"><pre class="removed" tabindex="0">${kept}</pre></div>
        `
      }
      <p class="ways-on">
        <a href="${links.queueRemoval(queue)}">Remove others</a> <a href="${links.queue(queue)}">The queue</a>
      </p>
    `,
  })
}
