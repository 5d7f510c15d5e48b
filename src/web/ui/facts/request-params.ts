import type { RequestParams } from '../../../domain/request/request-params.ts'
import { links } from '../../links.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { wrapping } from '../markup/wrapping.ts'
import { count } from './numbers.ts'
import { timeElement } from './time.ts'
import { triggerList } from './trigger-list.ts'

/** What a request asks for beyond its package, in one cell: triggers, PPAs, and whatever is unusual. */
export function requestedWith(params: RequestParams): Markup {
  const rows = [
    params.ppas.length > 0 && (['PPA', params.ppas.join(', ')] as const),
    params.testname !== undefined && (['only', params.testname] as const),
    params.git !== undefined && (['git', params.git] as const),
    params.env.length > 0 && (['env', params.env.join(' ')] as const),
    params.allProposed && (['with', 'all-proposed'] as const),
  ].filter(row => row !== false)
  const extras = rows.map(([name, value]) => markup`<span class="extras">${name} ${wrapping(value)}</span> `)
  return markup`
    ${params.triggers.length > 0 || rows.length === 0 ? triggerList(params.triggers) : NOTHING}
    ${extras}
  `
}

/** The number of triggers in a row of a list that many pages have. */
const BRIEF = 3

/** The same where there are many rows: the first triggers, and where the others are. */
export function requestedBriefly(params: RequestParams, href: string): Markup {
  const more = params.triggers.length - BRIEF
  if (more <= 1) return requestedWith(params)
  const first = requestedWith({ ...params, triggers: params.triggers.slice(0, BRIEF) })
  return markup`${first} <a href="${href}">${count(more)} more</a>`
}

/** The requester, and the time of the request. */
export function requestedBy(params: RequestParams): Markup {
  const who = params.requester
    ? markup`<a href="${links.user({ nick: params.requester })}">${params.requester}</a>`
    : NOTHING
  const when = params.submitted === undefined ? NOTHING : markup` ${timeElement(params.submitted)}`
  return markup`${who}${when}`
}
