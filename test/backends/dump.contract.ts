import { describe, expect, it, onTestFinished } from 'vitest'
import type { DumpedRow } from '../../src/backends/state/sql/dump.ts'
import type { State } from '../../src/backends/state/state.ts'
import { BadInput } from '../../src/domain/errors.ts'
import { aNote, BY_JOE } from '../builders/note.ts'
import { aRequest } from '../builders/request.ts'

const NOW = new Date('2026-11-20T12:00:00Z')

async function dumpOf(state: State): Promise<DumpedRow[]> {
  const rows: DumpedRow[] = []
  for await (const row of state.dump()) rows.push(row)
  return rows
}

/** Backups of the state. `openDatabase` creates a database and returns a way to open it. */
export function describeDump(engine: string, openDatabase: () => Promise<() => Promise<State>>): void {
  const open = async () => {
    const state = await (await openDatabase())()
    onTestFinished(() => state.close())
    return state
  }

  describe(`a backup of the state on ${engine}`, () => {
    it('holds every row, and gives it back to another database', async () => {
      const [old, other] = [await open(), await open()]
      expect(await old.isUsed()).toBe(false)
      const request = aRequest({ body: 'gzip\n{"env": ["A=ü🠉"]}', readableBy: ['joe'] })
      await old.requests.claim([request], 300, NOW)
      await old.requests.refused({ ...request, source: 'page', asked: 'x', reason: 'no', at: NOW })
      await old.setPoint('far', 'as far')
      const note = aNote({ text: 'LP: #1 ü🠉' })
      await old.notes.add(note, BY_JOE, NOW)
      const dump = await dumpOf(old)
      await other.setPoint('other', 'gone after this')
      expect(await other.isUsed()).toBe(true)
      expect(await other.load(dump)).toBe(dump.length)
      expect(await other.requests.byUuid(request.uuid)).toEqual(await old.requests.byUuid(request.uuid))
      expect(await other.notes.find(note.id)).toEqual(await old.notes.find(note.id))
      expect(await other.notes.history(note.id)).toEqual(await old.notes.history(note.id))
      expect(await other.notes.delete(note.id, BY_JOE, NOW)).toBe(true)
      expect([await other.point('far'), await other.point('other')]).toEqual(['as far', undefined])
      await other.requests.refused({ ...request, source: 'page', asked: 'y', reason: 'no', at: NOW })
      expect((await other.requests.refusals({ limit: 9, offset: 0 })).map(one => one.asked)).toEqual([
        'y',
        'x',
      ])
    })

    it('is of one moment, though others write meanwhile', async () => {
      const state = await open()
      const requests = Array.from({ length: 1200 }, () => aRequest())
      await state.requests.claim(requests, 300, NOW)
      let rows = 0
      for await (const { table } of state.dump()) {
        if (table !== 'request') continue
        if (rows === 0) await state.requests.claim([aRequest()], 300, NOW)
        rows += 1
      }
      expect(rows).toBe(1200)
    })

    it('leaves out who holds a lock, and is refused where it has what is not known', async () => {
      const state = await open()
      await state.withLock('x', async () => {
        expect((await dumpOf(state)).map(({ table }) => table)).not.toContain('lease')
      })
      await expect(state.load([{ table: 'lease', row: { name: 'x' } }])).rejects.toThrow(BadInput)
      await expect(state.load([{ table: 'point', row: { 'name" --': 'x' } }])).rejects.toThrow(BadInput)
    })
  })
}
