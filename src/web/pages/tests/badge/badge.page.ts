import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { TestKey } from '../../../../domain/test/test.ts'
import type { Answer, Page } from '../../../handlers/page.ts'
import type { Web } from '../../../web.ts'
import { badgeSvg, badgeWords } from './badge.view.ts'

/** `/packages/P/badge.svg`: how a package fares in the releases that are tested here. */
export const packageBadge: Page<'packageBadge'> = {
  from: ['results'],
  render: ({ params: { package: name } }, web) =>
    badge(web, name, name, ({ release }) => web.settings.releases.includes(release)),
}

/** The same in one release. */
export const releaseBadge: Page<'releaseBadge'> = {
  from: ['results'],
  render: ({ params: { package: name, release } }, web) =>
    badge(web, name, `${name} on ${release}`, test => test.release === release),
}

/** The same of one test. */
export const testBadge: Page<'testBadge'> = {
  from: ['results'],
  render: ({ params: { package: name, release, arch } }, web) =>
    badge(web, name, `${name} on ${release} ${arch}`, test => test.release === release && test.arch === arch),
}

/** From the newest run of each test; 200 even if there are no runs, as a badge is no place for an error. */
async function badge(
  web: Web,
  packageName: string,
  label: string,
  isMeant: (test: TestKey) => boolean,
): Promise<Answer> {
  const runs = (await web.results.newestRuns(packageName)).filter(isMeant)
  return {
    status: 200,
    contentType: 'image/svg+xml; charset=utf-8',
    body: badgeSvg(label, badgeWords(runs.map(run => verdictOf(run.exitcode)))),
    cache: 'minute',
  }
}
