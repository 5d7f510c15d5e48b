import { NotFound } from '../../../../domain/errors.ts'
import type { RequestParams } from '../../../../domain/request/request-params.ts'
import type { TestKey } from '../../../../domain/test/test.ts'
import { withExpectedStarts } from '../../../../queries/queues/expected-start.ts'
import { MOST_OF_TEAM, type TeamTrouble, teamTrouble } from '../../../../queries/tests/team.ts'
import { waitingJson } from '../../../api/live-json.ts'
import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { recentFrom } from '../../../parameters/regression-filter.ts'
import type { Web } from '../../../web.ts'
import { noteObject } from '../../notes/note-json.ts'
import { groupFailures } from '../../triggers/regressions/group-failures.ts'
import { regressionJson } from '../../triggers/regressions/regressions.page.ts'
import { TeamView } from './team.view.ts'
import { isTeam } from './teams.page.ts'

const FROM = ['derived', 'running', 'queued', 'notes', 'minute'] as const

/** `/teams/<team>`: what a team has to look at. */
export const teamPage: Page<'team'> = {
  from: FROM,
  render: ({ params: { team }, query }, web) =>
    query.get('format') === 'json' ? asJson(web, team) : asHtml(web, team),
}

export const teamJsonPage: Page<'teamJson'> = {
  from: FROM,
  async render({ params: { team } }, web) {
    const whole = `${team}.json`
    return (await isTeam(web, whole)) ? asHtml(web, whole) : asJson(web, team)
  },
}

async function read(web: Web, team: string): Promise<TeamTrouble> {
  const found = await teamTrouble(web, team, recentFrom(new Date()))
  if (found === undefined) throw new NotFound(`This site has no team “${team.slice(0, 100)}”.`)
  return found
}

async function asHtml(web: Web, team: string): Promise<Answer> {
  const found = await read(web, team)
  const groups = (failures: TeamTrouble['regressions']) =>
    groupFailures(failures.slice(0, MOST_OF_TEAM), 'trigger')
  const [regressions, broken] = [groups(found.regressions), groups(found.broken)]
  return html(TeamView({ layout: layoutOf(web), found, regressions, broken, most: MOST_OF_TEAM }))
}

async function asJson(web: Web, name: string): Promise<Answer> {
  const { team, packages, index, regressions, broken, running, queued, flaky, notes } = await read(web, name)
  const timed = await withExpectedStarts(web, queued.slice(0, MOST_OF_TEAM), new Date(), { ends: true })
  const first = <T, J>(list: readonly T[], write: (one: T) => J): J[] =>
    list.slice(0, MOST_OF_TEAM).map(write)
  return json({
    ...{ team, packages, complete: index.isComplete },
    regressions: first(regressions, regressionJson),
    broken: first(broken, regressionJson),
    running: first(running, one => ({ ...asked(one), seconds: one.duration })),
    queued: timed.map(waitingJson),
    flaky: first(flaky, ({ release, arch, package: of, flakes, runs }) => ({
      release,
      arch,
      package: of,
      flakes,
      runs,
    })),
    notes: first(notes, note => noteObject(note, web.settings.baseUrl)),
  })
}

const asked = ({ release, arch, package: of, params }: TestKey & { readonly params: RequestParams }) => ({
  ...{ release, arch, package: of },
  triggers: params.triggers,
})
