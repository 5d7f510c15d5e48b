import type { ListedTeam, teamList } from '../../../../queries/tests/team.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { timeElement } from '../../../ui/facts/time.ts'
import { IndexNote } from '../../../ui/index-state.view.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

interface TeamsProps {
  readonly layout: LayoutData
  readonly found: Awaited<ReturnType<typeof teamList>>
}

/** Whose packages have regressions? */
export function TeamsView({ layout, found }: TeamsProps) {
  const { list, areConfigured, problem, readAt, index, isCut } = found
  const isOld = problem !== undefined && list.length > 0
  return Layout({
    layout,
    title: 'Teams',
    here: 'regressions',
    children: markup`
      <p class="crumbs"><a href="${links.regressions()}">Regressions</a></p>
      <h1>Teams</h1>
      <p>Regressions of the last two weeks by the teams that maintain the packages.</p>
      ${IndexNote({ index })}
      ${isCut && markup`<p class="note">Only the newest regressions were counted; there are more.</p>`}
      ${list.length > 0 ? table(list) : Empty({ children: areConfigured ? UNREAD : UNCONFIGURED })}
      ${isOld && readAt && markup`<p class="note">The list of teams is as of ${timeElement(readAt.getTime())}.</p>`}
    `,
  })
}

const UNREAD = 'The list of teams could not be read yet, or is empty.'
const UNCONFIGURED = 'This site has no teams: its configuration can name a list of them.'

function table(list: readonly ListedTeam[]): Markup {
  return markup`
    <table class="readable">
      <thead>
        <tr>
          <th scope="col">Team</th>
          <th scope="col" class="n">Packages</th>
          <th scope="col" class="n">Regressions of its tests</th>
          <th scope="col" class="n">Broken by its uploads</th>
        </tr>
      </thead>\n
      <tbody>${list.map(row)}</tbody>
    </table>
  `
}

function row({ team, packages, regressions, broken }: ListedTeam): Markup {
  return markup`
    <tr data-row>
      <th scope="row"><a href="${links.team({ team })}">${team}</a></th>${' '}
      <td data-head="Packages" class="n">${count(packages)}</td>${' '}
      <td data-head="Regressions of its tests" class="n">${count(regressions)}</td>${' '}
      <td data-head="Broken by its uploads" class="n">${count(broken)}</td>
    </tr>\n
  `
}
