import type { RequestParams } from '../../../../domain/request/request-params.ts'
import { humanDuration } from '../../../../domain/run/duration.ts'
import type { TestHistory } from '../../../../queries/tests/test-history.ts'
import { links } from '../../../links.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { requestedWith } from '../../../ui/facts/request-params.ts'
import { timeElement } from '../../../ui/facts/time.ts'
import { type MarkWord, verdictLink } from '../../../ui/facts/verdict.ts'
import { requesterLink } from '../../../ui/lists/runs-table.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

/** More that wait than this are counted only; the page of running tests has them all. */
const WAITING = 10

/** What is running and queued of a test, as rows of the table of its runs. */
export function liveRows({ test, running, waiting }: TestHistory): Markup[] {
  return [
    ...(waiting.length > WAITING ? [moreRow(test.package, waiting.length - WAITING)] : []),
    ...waiting
      .slice(0, WAITING)
      .map(one =>
        liveRow('queued', links.runningQueue(one), one.params, `place ${one.position} of ${one.context}`),
      ),
    ...running.map(one =>
      liveRow('running', links.runningPackage(test.package), one.params, humanDuration(one.duration)),
    ),
  ]
}

function liveRow(word: MarkWord, href: string, params: RequestParams, state: string): Markup {
  const asked = params.submitted === undefined ? '' : timeElement(params.submitted)
  return markup`
    <tr class="live" data-row>
      <td>${verdictLink(word, href)}</td>
      <td data-head="Version"></td>
      <td data-head="Triggers">${requestedWith(params)}</td>
      <td data-head="Asked for">${asked}</td>
      <td data-head="${word === 'queued' ? 'Place' : 'Duration'}" class="n">${state}</td>
      <td data-head="Requester">${requesterLink(params.requester)}</td>
      <td class="links"></td>
    </tr>\n
  `
}

function moreRow(name: string, more: number): Markup {
  const href = links.runningPackage(name)
  return markup`
    <tr class="live" data-row>
      <td>${verdictLink('queued', href)}</td>
      <td colspan="6">and ${count(more)} more requests</td>
    </tr>\n
  `
}
