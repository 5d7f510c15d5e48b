import { knownTeams, teamList } from '../../../../queries/tests/team.ts'
import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { recentFrom } from '../../../parameters/regression-filter.ts'
import type { Web } from '../../../web.ts'
import { TeamsView } from './teams.view.ts'

/** `/teams`: the teams that the operator named, with how many regressions each has. */
export const teamsPage: Page<'teams'> = {
  from: ['derived', 'minute'],
  async render({ query }, web) {
    if (query.get('format') === 'json') return asJson(web)
    return html(TeamsView({ layout: layoutOf(web), found: await teamList(web, recentFrom(new Date())) }))
  },
}

export const teamsJsonPage: Page<'teamsJson'> = {
  from: ['derived', 'minute'],
  render: (_, web) => asJson(web),
}

async function asJson(web: Web): Promise<Answer> {
  const { list, index, isCut } = await teamList(web, recentFrom(new Date()))
  return json({
    complete: index.isComplete && !isCut,
    teams: list.map(one => ({ ...one, url: links.team({ team: one.team }) })),
  })
}

/** Whether this is the whole name of a user: then its ending is not a format. */
export const isTeam = async (web: Web, team: string): Promise<boolean> =>
  (await knownTeams(web)).teams?.has(team) === true
