import { describe, expect, it } from 'vitest'
import { someDetails } from '../../../../test/builders/details.ts'
import { aFailure } from '../../../../test/builders/failures.ts'
import { aNote, BY_JOE } from '../../../../test/builders/note.ts'
import { aRun } from '../../../../test/builders/run.ts'
import { storeRun } from '../../../../test/builders/stored-run.ts'
import { aSite, type Site } from '../../../../test/web/site.ts'
import { Unavailable } from '../../../domain/errors.ts'
import type { Note, NotedFailure } from '../../../domain/note/note.ts'
import type { Run } from '../../../domain/run/run.ts'
import { links } from '../../links.ts'

const AT = new Date('2026-11-20T12:00:00Z')
const MARK = 'known: LP #7, joe, 2026-11-20 12:00'

/** A run of gzip that fails in a way which a note is about, and one that fails in another way. */
async function aNotedSite() {
  const [other, run] = [aRun().of('gzip').failing().by('jane'), aRun().of('gzip').failing().by('jane')]
  const site = await aSite([other, run])
  const { derived, results, state } = site.web
  const { runs, position } = await results.since(undefined, 9)
  await derived.indexRuns(await results.id(), position as string, runs)
  await derived.saveDetails(run, someDetails(), [aFailure('cannot open <b>')])
  await derived.saveDetails(other, someDetails(), [aFailure('cannot close')])
  const [failure] = (await derived.failures.of(run)) ?? []
  const { address, text } = failure?.signature ?? { address: '', text: '' }
  const failing: NotedFailure = { address, text, rules: 1, line: { number: 12, text: 'cannot open <b>' } }
  const left = { kind: 'failure', test: { release: 'noble', arch: 'amd64' }, failure: failing } as const
  const leave = async (changes: Partial<Note> = {}) => {
    const note = aNote({ ...left, text: 'LP: #7', ...changes })
    await state.notes.add(note, BY_JOE, AT)
    return note
  }
  return { site, run, other, address, leave }
}

const shows = async (site: Site, path: string, selector = '.note-mark') =>
  (await site.get(path)).texts(selector)
const historyOf = (run: Run) => links.test(run)

describe('a note at a failure', () => {
  it('stands at that failure in each list, and at no other', async () => {
    const { site, run, leave } = await aNotedSite()
    await leave()
    for (const path of [
      historyOf(run),
      links.recent(),
      links.package({ package: 'gzip' }),
      links.user({ nick: 'jane' }),
    ])
      expect([path, await shows(site, path)]).toEqual([path, [MARK]])
    const rows = (await site.get(historyOf(run))).texts('tr.why')
    expect(rows.map(text => text.includes('known'))).toEqual(rows.map(text => text.includes('cannot open')))
  })

  it('is counted where there are several, with the newest named', async () => {
    const { site, run, leave } = await aNotedSite()
    await leave({
      id: 'b'.repeat(12),
      text: 'it hangs at @ sometimes, on a machine with a single core, and never elsewhere',
    })
    await leave({ id: 'c'.repeat(12) })
    expect(await shows(site, historyOf(run))).toEqual([
      'known: it hangs at @ sometimes, on a machine with a single core, an…, joe, 2026-11-20 12:00 and 1 more',
    ])
  })

  it('stands on the pages of failures, with a form there', async () => {
    const { site, address, leave } = await aNotedSite()
    await leave({ kind: 'subtest', package: 'gzip', subtest: 'upstream' })
    expect(await shows(site, links.failures())).toEqual([MARK])
    const page = await site.get(links.failure({ address }))
    expect(page.texts('.note-text')).toEqual(['LP: #7'])
    const leads = page.document.querySelector('a[href^="/notes/new"]')?.getAttribute('href')
    expect(new URLSearchParams(leads?.split('?')[1]).get('at')).toBe(`failure:${address}`)
    expect((await site.get(links.failureJson({ address }))).json()).toMatchObject({
      notes: [{ at: 'subtest', subtest: 'upstream', package: 'gzip' }],
    })
  })

  it('stands above the log', async () => {
    const { site, run, other, leave } = await aNotedSite()
    for (const one of [run, other]) await storeRun(site.web.store, one)
    const above = (one: Run) => shows(site, links.log(one))
    expect(await above(run)).toEqual([])
    await leave()
    expect([await above(run), await above(other)]).toEqual([[MARK], []])
  })
})

describe('a note at a test or package', () => {
  it('stands on its page, and takes no run id there from those of the runs', async () => {
    const { site, run, other, leave } = await aNotedSite()
    const id = '20200101_000000_abcde@'
    const text = `see https://autopkgtest.example/packages/gzip/noble/amd64/${id} and ${id}`
    await leave({ kind: 'package', package: 'gzip', test: undefined, failure: undefined, text })
    const page = await site.get(historyOf(run))
    expect(page.texts('main > .notes .note-text')).toEqual([text])
    expect([...new Set(page.text.match(/\d{8}_\d{6}_[0-9a-f]{5}@/g))]).toEqual([run.runId, other.runId])
    expect(page.document.querySelector('.note-text a')?.getAttribute('href')).toBe(text.split(' ')[1])
    const overview = await site.get(links.package({ package: 'gzip' }))
    expect(overview.texts('.notes .note-text')).toEqual([text])
    const leads = (of: typeof page) =>
      of.document.querySelector('a[href^="/notes/new"]')?.getAttribute('href')
    expect([leads(page), leads(overview)]).toEqual([
      '/notes/new?at=test&package=gzip&release=noble&arch=amd64',
      '/notes/new?at=package&package=gzip',
    ])
    await leave({
      id: 'd'.repeat(12),
      kind: 'test',
      package: 'gzip',
      failure: undefined,
      text: 'of the test',
    })
    expect(await shows(site, links.package({ package: 'gzip' }), '.note-text')).toEqual([text])
    expect(await shows(site, historyOf(run), '.note-text')).toHaveLength(2)
  })

  it('is not offered where there is nothing', async () => {
    const site = await aSite()
    for (const path of ['/packages/nothing', '/packages/nothing/noble/amd64'])
      expect(await shows(site, path, 'a[href^="/notes/new"]')).toEqual([])
  })
})

it('pages are there while notes cannot be read, and say so', async () => {
  const { site, run } = await aNotedSite()
  const away = async () => Promise.reject(new Unavailable('the state is away'))
  site.web.state.notes.atFailures = away
  site.web.state.notes.ofPackage = away
  for (const path of [links.run(run), historyOf(run), links.package({ package: 'gzip' })]) {
    const page = await site.get(path)
    expect([
      page.status,
      page.texts('main > .quiet, main p.quiet').includes('Notes cannot be read at the moment.'),
    ]).toEqual([200, true])
  }
  for (const path of [links.recent(), links.failures()]) expect((await site.get(path)).status).toBe(200)
  expect((await site.get(links.runJson(run))).json<{ notes: null }>().notes).toBeNull()
})
