import { describe, expect, it } from 'vitest'
import { aNote, aNotedFailure, BY_JOE } from '../../../../test/builders/note.ts'
import { aSite, type Site } from '../../../../test/web/site.ts'
import type { NewNote } from '../../../backends/state/notes.ts'

const AT = new Date('2026-11-20T12:00:00Z')
const RUN = { package: 'hello', release: 'noble', arch: 'amd64', runId: '20261121_101112_abcde@' }

async function leave(
  site: Site,
  changes: Partial<NewNote>,
  seconds = 0,
  requester = 'joe',
): Promise<NewNote> {
  const note = aNote(changes)
  await site.web.state.notes.add(note, { ...BY_JOE, requester }, new Date(AT.getTime() + seconds * 1000))
  return note
}

describe('the page of all notes', () => {
  it('has each with where it stands, newest first, as text', async () => {
    const site = await aSite()
    await leave(site, {
      ...{ kind: 'subtest', test: { release: 'noble', arch: 'armhf' }, runId: RUN.runId, subtest: '<smoke>' },
      ...{ failure: aNotedFailure('cannot open <b> \u202e'), text: '<script>alert(1)</script> \u202e' },
      ...{ arches: ['armhf'], untilPass: true },
    })
    await leave(site, { text: 'orphaned: https://example.org/' }, 1)
    const page = await site.get('/notes')
    expect(page.texts('.note-text')).toEqual([
      'orphaned: https://example.org/',
      '<script>alert(1)</script> ⟨U+202E⟩',
    ])
    expect(page.texts('.note-place')).toEqual([
      'hello',
      'hello noble armhf <smoke>, run of 2026-11-21 10:11cannot open <b> ⟨U+202E⟩',
    ])
    expect(page.texts('.note .quiet')[1]).toContain(
      'about this failure of <smoke> in hello, on armhf, until it passes.',
    )
    expect(page.document.querySelector('main script')).toBeNull()
  })

  it('says that there is none', async () => {
    const site = await aSite()
    expect((await site.get('/notes')).texts('.empty')).toEqual([expect.stringContaining('no such notes')])
    expect((await site.get('/notes?after=1-000000000000')).texts('.empty')).toEqual(['There are no more.'])
    expect((await site.get('/notes.json')).json()).toEqual({ notes: [], next: null })
  })

  it('is narrowed to a package, an author, and what has ended', async () => {
    const site = await aSite()
    const ended = await leave(site, { text: 'over', untilPass: true })
    await site.web.state.notes.end(ended.id, RUN, AT)
    await leave(site, { package: 'gzip', text: 'by jane' }, 1, 'jane')
    const texts = async (query: string) => (await site.get(`/notes?${query}`)).texts('.note-text')
    expect(await texts('')).toEqual(['by jane', 'over'])
    expect(await texts('package=gzip')).toEqual(['by jane'])
    expect(await texts('author=joe')).toEqual(['over'])
    expect(await texts('state=ended')).toEqual(['over'])
    expect(await texts('package=hello&state=open')).toEqual([])
    expect((await site.get('/notes?state=new')).status).toBe(400)
    expect((await site.get('/notes?state=ended')).texts('.note .quiet')).toEqual([
      expect.stringMatching(/ended 2026-11-20 12:00 with a pass\./),
    ])
  })

  it('is given by page, the same in JSON, and is made again when a note changes', async () => {
    const site = await aSite()
    const notes: NewNote[] = []
    for (let n = 0; n < 52; n++) notes.push(await leave(site, { text: `${n}` }, n, n < 20 ? 'joe' : 'jane'))
    const first = await site.get('/notes?package=hello')
    expect(first.texts('.note-text')).toHaveLength(50)
    const older = first.document.querySelector('.pages [rel=next]')?.getAttribute('href') as string
    expect((await site.get(older)).texts('.note-text')).toEqual(['1', '0'])
    const json = (await site.get('/notes.json?package=hello')).json<{
      notes: { id: string }[]
      next: string
    }>()
    expect(json.notes.map(({ id }) => id)).toEqual(
      notes
        .slice(2)
        .reverse()
        .map(({ id }) => id),
    )
    const rest = await site.get(json.next.slice('https://autopkgtest.example'.length))
    expect(rest.json<{ next: null }>().next).toBeNull()
    await site.web.state.notes.delete(notes[51]?.id as string, BY_JOE, AT)
    expect((await site.get('/notes?package=hello')).texts('.note-text')[0]).toBe('50')
  })
})
