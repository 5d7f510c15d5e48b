import { describe, expect, it } from 'vitest'
import { aFailedSite, fieldsOf, JSON_ONLY, leave, notesOn, post } from '../../../../test/web/notes.ts'
import { signedInAs } from '../../../../test/web/sign-in.ts'
import type { SiteOptions } from '../../../../test/web/site.ts'

describe('changing a note', () => {
  const anyNote = async (options?: SiteOptions) => {
    const { site, run } = await aFailedSite(options)
    const joe = await signedInAs(site, 'joe')
    await leave(site, { ...fieldsOf(run), at: 'test', text: 'first' }, joe)
    const [note] = await site.web.state.notes.list({}, { limit: 1 })
    return { site, run, joe, id: note?.id as string }
  }

  it('is for its author, and what it said before is kept', async () => {
    const { site, run, joe, id } = await anyNote()
    const form = await site.get(`/notes/${id}/edit`, { headers: joe })
    expect(form.texts('textarea')).toEqual(['first'])
    const edits = form.document.querySelector('[name=edits]')?.getAttribute('value') as string
    const edited = await post(site, `/notes/${id}/edit`, { edits, text: 'second', until: 'pass' }, joe)
    expect([edited.status, edited.headers.get('location')]).toEqual([303, `/notes/${id}`])
    const twice = await post(site, `/notes/${id}/edit`, { edits, text: 'third' }, joe)
    expect(twice.status).toBe(409)
    expect(await notesOn(site, run)).toEqual(['second'])
    const page = await site.get(`/notes/${id}`)
    expect(page.texts('.note-history .note-text')).toEqual(['second', 'first'])
    expect((await site.get(`/notes/${id}.json`)).json<{ history: object[] }>().history).toMatchObject([
      { change: 'made', by: 'joe', text: 'first', until_pass: false },
      { change: 'edited', by: 'joe', text: 'second', until_pass: true },
    ])
  })

  it('is for nobody else but admins, who may delete it', async () => {
    const { site, run, id } = await anyNote({ settings: { admins: ['jane'] } })
    const stranger = await site.web.state.accounts.createKey('stranger', undefined, new Date())
    const byStranger = { headers: { ...JSON_ONLY, authorization: `Bearer ${stranger}` } }
    for (const fields of [{ edits: '0', text: 'x' }, { do: 'delete' }])
      expect((await post(site, `/notes/${id}/edit`, fields, byStranger)).status).toBe(403)
    expect((await post(site, `/notes/${id}/edit`, { do: 'delete' })).status).toBe(403)
    const jane = await signedInAs(site, 'jane')
    const deleted = await post(site, `/notes/${id}/edit`, { do: 'delete' }, jane)
    expect([deleted.status, deleted.headers.get('location')]).toEqual([303, '/notes'])
    expect(await notesOn(site, run)).toEqual([])
    for (const path of [`/notes/${id}`, `/notes/${id}.json`]) {
      const gone = await site.get(path)
      expect([gone.status, gone.text.includes('first')]).toEqual([404, false])
    }
    expect((await site.web.state.notes.history(id)).map(({ change, name }) => [change, name])).toEqual([
      ['made', 'joe'],
      ['deleted', 'jane'],
    ])
  })
})
