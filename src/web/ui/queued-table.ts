import type { QueuedRequest } from '../../domain/request/request-params.ts'
import { isRequestUuid } from '../../domain/request/request-uuid.ts'
import { links } from '../links.ts'
import { type Markup, markup, NOTHING } from './markup.ts'
import { requestedBy, requestedWith } from './request-params.ts'

/**
 * Requests in the order in which they will be taken; a private one shows that it is there. Those of a website have a page,
 * where they can be withdrawn.
 */
export function queuedTable(
  requests: readonly (QueuedRequest | undefined)[],
  firstPosition: number,
  caption: string,
): Markup {
  return markup`<table class="readable queued"><caption>${caption}</caption>
<thead><tr><th scope="col" class="n">No</th><th scope="col">Package</th><th scope="col">Triggers</th><th scope="col">Requested</th><th scope="col"><span class="for-readers">Links</span></th></tr></thead>
<tbody>${requests.map((request, index) => row(request, firstPosition + index))}</tbody></table>`
}

function row(request: QueuedRequest | undefined, position: number): Markup {
  if (request === undefined) {
    return markup`<tr data-row><td data-head="No" class="n">${position}</td><td data-head="Package" colspan="4" class="quiet">private job</td></tr>`
  }
  const { uuid } = request.params
  const details =
    uuid !== undefined && isRequestUuid(uuid)
      ? markup`<a href="${links.requestProgress({ uuid })}">details</a>`
      : NOTHING
  return markup`<tr data-row><td data-head="No" class="n">${position}</td><td data-head="Package"><a href="${links.package({ package: request.package })}">${request.package}</a></td><td data-head="Triggers">${requestedWith(request.params)}</td><td data-head="Requested">${requestedBy(request.params)}</td><td class="links">${details}</td></tr>`
}
