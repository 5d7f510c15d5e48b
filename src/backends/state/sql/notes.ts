import { sql as raw } from 'kysely'
import {
  NOTE_CHANGES_PER_DAY,
  NOTES_PER_DAY,
  type Note,
  type NoteChangeKind,
  type NoteText,
} from '../../../domain/note/note.ts'
import { namesTable } from '../../sql/names-table.ts'
import { ask, type SqlTables, type Work } from '../../sql/work.ts'
import { MOST_NOTES_OF_PAGE, type Notes, type NoteWriter } from '../notes.ts'
import { changeOf, noteOf, noteRow, textColumns } from './note-rows.ts'
import { stateBuilder } from './tables.ts'

const DAY_MS = 24 * 60 * 60_000
const MOST_HISTORY = 100
/** Changes that the site makes by itself. */
const ITSELF: NoteWriter = { requester: '', source: 'command', address: '' }

/**
 * Notes in SQL.
 * @param tables whose transactions on notes run one after the other, and notify listeners
 */
export function sqlNotes(tables: SqlTables): Omit<Notes, 'version'> {
  const db = stateBuilder(tables.engine)
  const notes = db.selectFrom('note').selectAll()
  const newest = notes.orderBy('made', 'desc').orderBy('id')

  function* keepChange(
    note: string,
    change: NoteChangeKind,
    text: ReturnType<typeof textColumns>,
    { requester, source, address }: NoteWriter,
    now: Date,
  ): Work<void> {
    yield db
      .insertInto('note_change')
      .values({ note, change, name: requester, source, address, at: now.getTime(), ...text })
      .compile()
  }

  /**
   * Whether somebody has reached the daily limit of such changes; those that seem to come from later count.
   */
  function* isLimited(
    name: string,
    kinds: readonly NoteChangeKind[],
    most: number,
    now: Date,
  ): Work<boolean> {
    const [row] = yield* ask(
      db
        .selectFrom('note_change')
        .select(eb => eb.fn.countAll<number>().as('count'))
        .where('name', '=', name)
        .where('at', '>', now.getTime() - DAY_MS)
        .where('change', 'in', kinds)
        .compile(),
    )
    return (row?.count ?? 0) >= most
  }

  function* found(id: string): Work<Note | undefined> {
    const [row] = yield* ask(notes.where('id', '=', id).compile())
    return row && noteOf(row)
  }

  function* edit(
    read: Pick<Note, 'id' | 'edits'>,
    text: NoteText,
    by: NoteWriter,
    now: Date,
  ): Work<'done' | 'limited' | 'changed' | 'gone'> {
    const note = yield* found(read.id)
    if (note === undefined || note.state === 'deleted') return 'gone'
    if (note.edits !== read.edits) return 'changed'
    if (yield* isLimited(by.requester, ['made', 'edited'], NOTE_CHANGES_PER_DAY, now)) return 'limited'
    yield db
      .updateTable('note')
      .set({ ...textColumns(text), changed: now.getTime(), edits: note.edits + 1 })
      .set({ state: 'open', ended: null, ended_by: null })
      .where('id', '=', read.id)
      .compile()
    yield* keepChange(read.id, 'edited', textColumns(text), by, now)
    return 'done'
  }

  /** Changes a note in one of these states; false if it is in another. */
  function* change(
    id: string,
    kind: NoteChangeKind,
    from: readonly Note['state'][],
    news: Record<string, string | number | null>,
    by: NoteWriter,
    now: Date,
  ): Work<boolean> {
    const note = yield* found(id)
    if (note === undefined || !from.includes(note.state)) return false
    yield db
      .updateTable('note')
      .set({ ...news, changed: now.getTime() })
      .where('id', '=', id)
      .compile()
    yield* keepChange(id, kind, textColumns(note), by, now)
    return true
  }

  return {
    add: (note, by, now) =>
      tables.transact(function* (): Work<'done' | 'limited'> {
        if (yield* isLimited(by.requester, ['made'], NOTES_PER_DAY, now)) return 'limited'
        if (yield* isLimited(by.requester, ['made', 'edited'], NOTE_CHANGES_PER_DAY, now)) return 'limited'
        yield db
          .insertInto('note')
          .values(noteRow(note, by, now))
          .compile()
        yield* keepChange(note.id, 'made', textColumns(note), by, now)
        return 'done'
      }),

    edit: (read, text, by, now) => tables.transact(() => edit(read, text, by, now)),

    delete: (id, by, now) =>
      tables.transact(() => change(id, 'deleted', ['open', 'ended'], { state: 'deleted' }, by, now)),

    end(id, run, now) {
      const news = {
        ...{ state: 'ended', ended: now.getTime() },
        ended_by: run === undefined ? null : JSON.stringify(run),
      }
      return tables.transact(() => change(id, 'ended', ['open'], news, ITSELF, now))
    },

    async move(id, { address, text, rules }, now) {
      const news = { signature: address, signature_text: text, rules }
      await tables.transact(() => change(id, 'moved', ['open'], news, ITSELF, now))
    },

    async find(id) {
      const [row] = await tables.read(notes.where('id', '=', id).compile())
      return row && noteOf(row)
    },

    async history(id) {
      const rows = await tables.read(
        db
          .selectFrom('note_change')
          .selectAll()
          .where('note', '=', id)
          .orderBy('number', 'desc')
          .limit(MOST_HISTORY)
          .compile(),
      )
      return rows.reverse().map(changeOf)
    },

    async list({ package: name, packages, author, signature, state }, { limit, after }) {
      let query = newest.limit(limit)
      if (name !== undefined) query = query.where('package', '=', name)
      if (packages !== undefined) query = query.where('package', 'in', namesTable[tables.engine](packages))
      if (author !== undefined) query = query.where('author', '=', author)
      if (signature !== undefined) query = query.where('signature', '=', signature)
      query = query.where('state', 'in', state === undefined ? ['open', 'ended'] : [state])
      if (after !== undefined) {
        const at = after.made.getTime()
        query = query
          .where('made', '<=', at)
          .where(eb => eb.or([eb('made', '<', at), eb('id', '>', after.id)]))
      }
      return (await tables.read(query.compile())).map(noteOf)
    },

    async atFailures(addresses) {
      if (addresses.length === 0) return []
      const rows = await tables.read(
        newest
          .where('signature', 'in', [...new Set(addresses)])
          .where('signature', '<>', raw.lit(''))
          .where('state', '=', raw.lit('open'))
          .limit(MOST_NOTES_OF_PAGE)
          .compile(),
      )
      return rows.map(noteOf)
    },

    async ofPackage(name) {
      const rows = await tables.read(
        newest
          .where('package', '=', name)
          .where('kind', 'in', ['test', 'package'])
          .where('state', '=', raw.lit('open'))
          .limit(MOST_NOTES_OF_PAGE)
          .compile(),
      )
      return rows.map(noteOf)
    },

    async untilPass({ limit, after }) {
      const rows = await tables.read(
        notes
          .where('state', '=', raw.lit('open'))
          .where('until_pass', '=', raw.lit(1))
          .where('id', '>', after)
          .orderBy('id')
          .limit(limit)
          .compile(),
      )
      return rows.map(noteOf)
    },

    async ofOtherRules(rules, limit) {
      const rows = await tables.read(
        notes
          .where('state', '=', raw.lit('open'))
          .where('signature', '<>', raw.lit(''))
          .where('rules', '<>', rules)
          .limit(limit)
          .compile(),
      )
      return rows.map(noteOf)
    },
  }
}
