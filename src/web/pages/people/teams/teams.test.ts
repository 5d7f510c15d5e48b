import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../../test/builders/databases.ts'
import { aRunningTest } from '../../../../../test/builders/live.ts'
import { aNote, BY_JOE } from '../../../../../test/builders/note.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { indexTriggers } from '../../../../../test/builders/triggers.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { indexSteadiness } from '../../../../operations/index/index-steadiness.ts'

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)
const failed = (name: string, trigger: string, days = 1) =>
  aRun().of(name, '2').endedAt(daysAgo(days)).failing().triggeredBy(trigger)
const passed = (name: string) =>
  aRun().of(name, '1').endedAt(daysAgo(30)).triggeredBy('migration-reference/0')

const RUNS = [
  ...['apt', 'zlib', 'gimp'].map(passed),
  failed('apt', 'perl/5'),
  failed('gimp', 'zlib/2'),
  failed('zlib', 'zlib/2'),
  failed('apt', 'old/1', 20),
]

function teamsFile(teams: object): string {
  const path = join(temporaryFolder(), 'teams.json')
  writeFileSync(path, JSON.stringify(teams))
  return path
}

async function site(
  teams: object = { foundations: ['apt', 'zlib'], desktop: ['gimp'], 'odd?.json': [] },
): Promise<Site> {
  const made = await aSite(RUNS, { documents: { teams: teamsFile(teams) } })
  await indexTriggers(made.web)
  while (await indexSteadiness(made.web));
  return made
}

describe('teams', () => {
  it('are listed with the regressions of their tests, and those of others that their uploads broke', async () => {
    const made = await site()
    const page = await made.get('/teams')
    expect(page.texts('[data-row]')).toEqual(['desktop 1 1 0', 'foundations 2 2 1', 'odd?.json 0 0 0'])
    const href = page.document.querySelector('[data-row] a')?.getAttribute('href') ?? ''
    expect((await made.get(href)).texts('h1')).toEqual(['desktop'])
    expect((await made.get('/teams.json')).json()).toMatchObject({
      complete: true,
      teams: [{ team: 'desktop', regressions: 1, broken: 0 }, { team: 'foundations' }, { team: 'odd?.json' }],
    })
  })

  it('say that none are configured, or that the list cannot be read', async () => {
    const none = await aSite()
    expect((await none.get('/teams')).texts('.empty')[0]).toContain('has no teams')
    expect((await none.get('/teams/foundations')).status).toBe(404)
    const unread = await aSite([], { documents: { teams: '/nonexistent/teams.json' } })
    expect((await unread.get('/teams')).texts('.empty')[0]).toContain('could not be read')
    expect((await unread.get('/regressions?team=foundations')).status).toBe(503)
  })
})

describe('a team', () => {
  it('has what failed at its tests and by its uploads, what runs and waits, and what is flaky', async () => {
    const made = await site()
    const flaky = [failed('apt', 'x/1', 3), aRun().of('apt', '2').endedAt(daysAgo(2.5)).triggeredBy('x/1')]
    await made.record(...flaky)
    while (await indexSteadiness(made.web));
    await made.web.snapshots.running.replace({
      ...aRunningTest('apt', { triggers: ['perl/5'] }),
      ...aRunningTest('gimp'),
    })
    const json = (await made.get('/teams/foundations.json')).json<
      Record<string, { package: string; trigger: string }[]>
    >()
    const brief = (name: string) => json[name]?.map(one => `${one.package} ${one.trigger}`).sort()
    expect(brief('regressions')).toEqual(['apt perl/5', 'zlib zlib/2'])
    expect(brief('broken')).toEqual(['gimp zlib/2'])
    expect(json.flaky).toMatchObject([{ package: 'apt', flakes: 1 }])
    const page = await made.get('/teams/foundations')
    expect(page.texts('h2')).toEqual([
      ...['Regressions of its tests 2', 'Broken by its uploads 1', 'Running 1', 'Waiting 0', 'Flaky 1'],
      'Notes 0',
    ])
    expect(page.document.querySelector('#selection')).not.toBeNull()
    expect((await made.get('/teams/nobody')).status).toBe(404)
    expect((await made.get('/teams/odd%3F.json')).texts('h1')).toEqual(['odd?.json'])
    expect((await made.get('/teams/odd%3F.json.json')).json()).toMatchObject({ team: 'odd?.json' })
  })

  it('has the open notes at its packages, and no other ones', async () => {
    const made = await site()
    const { notes } = made.web.state
    const [open, ended] = [aNote({ package: 'apt', text: 'Known: LP: #1' }), aNote({ package: 'apt' })]
    for (const note of [open, ended, aNote({ package: 'gimp' })]) await notes.add(note, BY_JOE, new Date())
    await notes.end(ended.id, undefined, new Date())
    const page = await made.get('/teams/foundations')
    expect(page.texts('h2').at(-1)).toBe('Notes 1')
    expect(page.texts('.listed-note')[0]).toMatch(/apt.*Known: LP: #1/s)
    expect((await made.get('/teams/foundations.json')).json()).toMatchObject({ notes: [{ id: open.id }] })
  })

  it('never shows what is private, whatever its packages are called', async () => {
    const made = await site({ curious: ['private-test'] })
    await made.web.snapshots.running.replace(aRunningTest('private-test'))
    expect((await made.get('/teams/curious.json')).json()).toMatchObject({ running: [], queued: [] })
  })

  it('narrows the list of regressions, and what is requested from there', async () => {
    const made = await site()
    const page = await made.get('/regressions?team=desktop')
    expect(page.texts('[data-row] td:nth-child(2)')).toEqual(['gimp'])
    expect(page.texts('select[name=team] option')).toEqual(['any', 'desktop', 'foundations', 'odd?.json'])
    expect((await made.get('/regressions.txt?team=desktop')).text).toContain('package=gimp&trigger=zlib%2F2')
    expect((await made.get('/regressions.json?team=foundations')).json()).toMatchObject({
      regressions: [
        { package: expect.stringMatching(/apt|zlib/) },
        { package: expect.stringMatching(/apt|zlib/) },
      ],
    })
    expect((await made.get('/regressions?team=nobody')).status).toBe(400)
  })

  it('may have more packages than a statement has places for values', async () => {
    const many = Array.from({ length: 40_000 }, (_, n) => `p${n}`)
    const made = await site({ all: [...many, 'apt'] })
    expect((await made.get('/teams/all')).texts('h2')[0]).toBe('Regressions of its tests 1')
    expect((await made.get('/changes.json?team=all&release=noble')).status).toBe(200)
  })
})
