import { humanDuration } from '../../../../domain/run/duration.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { PpaResults, PpaRun } from '../../../../queries/runs/ppa-results.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { triggerList } from '../../../ui/facts/trigger-list.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { requesterLink } from '../../../ui/lists/runs-table.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { versionText } from '../../../ui/markup/wrapping.ts'

export interface PpaViewProps {
  readonly layout: LayoutData
  readonly nick: string
  readonly ppa: string
  readonly found: PpaResults
  readonly paging: { readonly limit: number; readonly offset: number }
  /** As given, to be kept in links. */
  readonly limit: string | undefined
}

export function PpaView({ layout, nick, ppa, found, paging, limit: given }: PpaViewProps) {
  const { limit, offset } = paging
  const to = (start: number) =>
    links.userPpa({ nick, ppa }, { limit: given, offset: start > 0 ? start : undefined })
  const { runs, total, isCut } = found
  return Layout({
    layout,
    title: `Results of ${nick}/${ppa}`,
    children: markup`
      <p class="crumbs">
        <a href="${links.user({ nick })}">${nick}</a> / <a href="${links.userPpas({ nick })}">PPAs</a>
      </p>
      <h1>Results of ${nick}/${ppa}</h1>
      ${
        isCut &&
        markup`
          <p class="note">
            This PPA has more runs than can be listed here: only some of them are shown.
          </p>
        `
      }
      ${
        runs.length === 0
          ? Empty({
              children:
                total > 0 ? 'There are no more.' : 'There are no results for this PPA, or it is private.',
            })
          : runsTable(
              runs,
              `Results ${count(offset + 1)} to ${count(offset + runs.length)} of ${count(total)}`,
            )
      }
      ${Pagination({
        newer: offset > 0 ? to(Math.max(0, offset - limit)) : undefined,
        older: offset + limit < total ? to(offset + limit) : undefined,
      })}
    `,
  })
}

function runsTable(runs: readonly PpaRun[], caption: string): Markup {
  return markup`
    <table class="runs readable">
      <caption>${caption}</caption>\n
      <thead>
        <tr>
          <th scope="col">Result</th>
          <th scope="col">Package</th>
          <th scope="col">Release</th>
          <th scope="col">Arch</th>
          <th scope="col">Version</th>
          <th scope="col">Triggers</th>
          <th scope="col">Date (UTC)</th>
          <th scope="col" class="n">Duration</th>
          <th scope="col">Requester</th>
          <th scope="col"><span class="for-readers">Links</span></th>
        </tr>
      </thead>\n
      <tbody>${runs.map(row)}</tbody>
    </table>
  `
}

function row({ run, container, result }: PpaRun): Markup {
  const log = links.containerLog({ ...run, container })
  const word = result === undefined ? 'none' : verdictOf(result.exitcode)
  return markup`
    <tr data-row>
      <td>${verdictLink(word, log)}</td>
      <td data-head="Package">${run.package}</td>
      <td data-head="Release">${run.release}</td>
      <td data-head="Arch">${run.arch}</td>
      <td data-head="Version">${versionText(result?.version)}</td>
      <td data-head="Triggers">${triggerList(result?.triggers ?? '')}</td>
      <td data-head="Date">${runTime(run.runId)}</td>
      <td data-head="Duration" class="n">${humanDuration(result?.duration)}</td>
      <td data-head="Requester">${requesterLink(result?.requester)}</td>
      <td class="links">
        <a href="${log}">log</a> <a href="${links.rawFile(run, 'log.gz', container)}">raw log</a>${' '}
        <a href="${links.rawFile(run, 'artifacts.tar.gz', container)}">artifacts</a>
      </td>
    </tr>\n
  `
}
