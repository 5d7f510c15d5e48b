import { describe, expect, it } from 'vitest'
import type { State } from '../../src/backends/state/state.ts'
import { SIGNATURE_RULES } from '../../src/domain/log/failure/signature.ts'
import { NOTE_CHANGES_PER_DAY, NOTES_PER_DAY } from '../../src/domain/note/note.ts'
import { aNote, aNotedFailure, BY_JOE } from '../builders/note.ts'
import { eventually } from '../eventually.ts'
import { openTwo } from './open-two.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const BY_JANE = { ...BY_JOE, requester: 'jane' }
const RUN = { package: 'hello', release: 'noble', arch: 'amd64', runId: '20261121_101112_abcde@' }
const idsOf = (notes: readonly { readonly id: string }[]) => notes.map(({ id }) => id)

/** The contract of every engine of the notes. */
export function describeNotes(engine: string, openDatabase: () => Promise<() => Promise<State>>): void {
  const open = async () => {
    const [here, there] = await openTwo(openDatabase)
    return [here.notes, there.notes] as const
  }

  describe(`notes on ${engine}`, () => {
    it('are kept with all there is to know, for every website of the database', async () => {
      const [here, there] = await open()
      const note = aNote({
        kind: 'subtest',
        test: { release: 'noble', arch: 'amd64' },
        runId: RUN.runId,
        subtest: 'smöke 🠉',
        failure: aNotedFailure('cannot open /tmp/tmp.abcdefgh/x: 12'),
        text: 'two\nlines <b>',
        arches: ['amd64', 'armhf'],
        untilPass: true,
      })
      expect(await here.add(note, BY_JOE, NOW)).toBe('done')
      expect(await there.find(note.id)).toEqual({
        ...note,
        ...{ author: 'joe', made: NOW, changed: NOW, edits: 0, state: 'open', ended: undefined },
      })
      const plain = aNote()
      await here.add(plain, BY_JOE, NOW)
      expect(await there.find(plain.id)).toMatchObject(plain)
      expect(await there.find('nothing')).toBeUndefined()
    })

    it('keep what each edit said, and who made it; nobody overwrites what they did not read', async () => {
      const [here, there] = await open()
      const note = aNote({ text: 'first' })
      await here.add(note, BY_JOE, NOW)
      const read = { id: note.id, edits: 0 }
      const second = { text: 'second', arches: ['armhf'], untilPass: true }
      expect(await there.edit(read, second, BY_JANE, later(1))).toBe('done')
      expect(await here.edit(read, { ...second, text: 'third' }, BY_JOE, later(2))).toBe('changed')
      expect(await here.edit({ id: 'nothing', edits: 0 }, second, BY_JOE, later(2))).toBe('gone')
      expect(await here.find(note.id)).toMatchObject({
        ...second,
        author: 'joe',
        edits: 1,
        changed: later(1),
      })
      expect(await here.history(note.id)).toEqual([
        { change: 'made', name: 'joe', at: NOW, text: 'first', arches: [], untilPass: false },
        { change: 'edited', name: 'jane', at: later(1), ...second },
      ])
    })

    it('are gone when they are deleted, but for the audit trail', async () => {
      const [here, there] = await open()
      const note = aNote({ text: 'never mind' })
      await here.add(note, BY_JOE, NOW)
      expect(await there.delete(note.id, BY_JANE, later(1))).toBe(true)
      expect(await there.delete(note.id, BY_JANE, later(2))).toBe(false)
      expect(await here.end(note.id, RUN, later(2))).toBe(false)
      expect(await here.edit({ id: note.id, edits: 0 }, note, BY_JOE, later(2))).toBe('gone')
      expect([...(await here.ofPackage('hello')), ...(await here.list({}, { limit: 9 }))]).toEqual([])
      expect(await here.find(note.id)).toMatchObject({ state: 'deleted', text: 'never mind' })
      expect((await here.history(note.id)).map(({ change, name }) => [change, name])).toEqual([
        ['made', 'joe'],
        ['deleted', 'jane'],
      ])
    })

    it('end once with a pass, and are opened again by an edit', async () => {
      const [here, there] = await open()
      const note = aNote({ untilPass: true })
      await here.add(note, BY_JOE, NOW)
      expect(idsOf(await there.untilPass({ limit: 9, after: '' }))).toEqual([note.id])
      expect(await there.untilPass({ limit: 9, after: note.id })).toEqual([])
      expect(await here.end(note.id, RUN, later(60))).toBe(true)
      expect(await there.end(note.id, RUN, later(61))).toBe(false)
      expect(await there.find(note.id)).toMatchObject({ state: 'ended', ended: { at: later(60), run: RUN } })
      expect([await there.ofPackage('hello'), await there.untilPass({ limit: 9, after: '' })]).toEqual([
        [],
        [],
      ])
      expect(idsOf(await there.list({ state: 'ended' }, { limit: 9 }))).toEqual([note.id])
      expect(await here.edit({ id: note.id, edits: 0 }, note, BY_JOE, later(90))).toBe('done')
      expect(await there.find(note.id)).toMatchObject({ state: 'open', ended: undefined })
    })

    it('are found at ways of failing, and at a package with its tests', async () => {
      const [here] = await open()
      const failures = ['cannot open', 'cannot close', 'cannot read'].map(line => aNotedFailure(line))
      const [opens, closes, reads] = failures.map(failure => aNote({ kind: 'failure', failure }))
      const test = aNote({ kind: 'test', test: { release: 'noble', arch: 'amd64' } })
      const [whole, other] = [aNote(), aNote({ package: 'gzip' })]
      for (const [n, note] of [opens, closes, reads, test, whole, other].entries())
        await here.add(note as typeof test, BY_JOE, later(n))
      const addresses = failures.map(({ address }) => address).slice(0, 2)
      expect(idsOf(await here.atFailures([...addresses, '0'.repeat(16), '']))).toEqual(
        idsOf([closes as typeof test, opens as typeof test]),
      )
      expect(await here.atFailures([])).toEqual([])
      expect(idsOf(await here.ofPackage('hello'))).toEqual(idsOf([whole, test]))
    })

    it('are listed by page, newest first, as a filter says', async () => {
      const [here] = await open()
      const notes = Array.from({ length: 5 }, (_, n) => aNote({ package: n % 2 === 0 ? 'hello' : 'gzip' }))
      // Two of them at the same moment
      for (const [n, note] of notes.entries())
        await here.add(note, n === 3 ? BY_JANE : BY_JOE, later(n === 1 ? 0 : n))
      const all = await here.list({}, { limit: 9 })
      expect(all.map(note => note.made.getTime())).toEqual([4, 3, 2, 0, 0].map(n => later(n).getTime()))
      for (const [n, note] of all.entries()) {
        expect(idsOf(await here.list({}, { limit: 2, after: note }))).toEqual(idsOf(all.slice(n + 1, n + 3)))
      }
      expect(await here.list({ package: 'hello' }, { limit: 9 })).toHaveLength(3)
      const many = Array.from({ length: 40_000 }, (_, n) => `p${n}`)
      expect(await here.list({ packages: [...many, 'hello'] }, { limit: 9 })).toHaveLength(3)
      expect(await here.list({ packages: [] }, { limit: 9 })).toEqual([])
      expect(idsOf(await here.list({ author: 'jane' }, { limit: 9 }))).toEqual([notes[3]?.id])
      expect(await here.list({ state: 'ended' }, { limit: 9 })).toEqual([])
    })

    it('are so many of one person in a day, however many come at one moment', async () => {
      const [here, there] = await open()
      const asked = Array.from({ length: NOTES_PER_DAY + 4 }, (_, n) =>
        (n % 2 === 0 ? here : there).add(aNote(), BY_JOE, NOW),
      )
      const done = (await Promise.all(asked)).filter(outcome => outcome === 'done')
      expect(done).toHaveLength(NOTES_PER_DAY)
      // Deleting frees no room: otherwise patience would get around the limit
      const [note] = await here.list({}, { limit: 1 })
      await here.delete(note?.id ?? '', BY_JOE, later(1))
      expect(await here.add(aNote(), BY_JOE, later(86_399))).toBe('limited')
      expect(await here.add(aNote(), BY_JANE, NOW)).toBe('done')
      expect(await here.add(aNote(), BY_JOE, later(86_400))).toBe('done')
    })

    it('are changed so many times in a day', async () => {
      const [here] = await open()
      const note = aNote()
      await here.add(note, BY_JOE, NOW)
      for (let edits = 0; edits < NOTE_CHANGES_PER_DAY - 1; edits++)
        expect(await here.edit({ id: note.id, edits }, note, BY_JOE, later(edits))).toBe('done')
      const read = { id: note.id, edits: NOTE_CHANGES_PER_DAY - 1 }
      expect(await here.edit(read, note, BY_JOE, later(300))).toBe('limited')
      expect(await here.edit(read, note, BY_JANE, later(300))).toBe('done')
      expect(await here.history(note.id)).toHaveLength(100)
    })

    it('are given the signatures of newer rules', async () => {
      const [here] = await open()
      const old = { ...aNotedFailure('cannot open'), rules: SIGNATURE_RULES - 1 }
      const note = aNote({ kind: 'failure', failure: old })
      await here.add(note, BY_JOE, NOW)
      await here.add(aNote({ kind: 'failure', failure: aNotedFailure('x y z') }), BY_JOE, NOW)
      await here.add(aNote(), BY_JOE, NOW)
      expect(idsOf(await here.ofOtherRules(SIGNATURE_RULES, 9))).toEqual([note.id])
      const { line: _, ...newer } = aNotedFailure('cannot open a file')
      await here.move(note.id, newer, later(1))
      expect((await here.find(note.id))?.failure).toEqual({ ...newer, line: old.line })
      expect(await here.ofOtherRules(SIGNATURE_RULES, 9)).toEqual([])
      expect(idsOf(await here.atFailures([newer.address, old.address]))).toEqual([note.id])
    })

    it('have a version that changes with each of them, on every website, and with nothing else', async () => {
      const [here, there] = await openTwo(openDatabase)
      const before = there.notes.version()
      await here.setPoint('something', 'else')
      expect(there.notes.version()).toBe(before)
      const note = aNote()
      let last = before
      const differs = () => eventually(() => expect(there.notes.version()).not.toBe(last))
      await here.notes.add(note, BY_JOE, NOW)
      await differs()
      last = there.notes.version()
      await here.notes.edit({ id: note.id, edits: 0 }, note, BY_JOE, NOW)
      await differs()
      last = there.notes.version()
      await here.notes.delete(note.id, BY_JOE, NOW)
      await differs()
    })
  })
}
