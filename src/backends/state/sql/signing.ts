import { randomBytes } from 'node:crypto'
import { sql as raw } from 'kysely'
import { ask, type SqlTables, type Work } from '../../sql/work.ts'
import { SESSION_DAYS } from '../accounts.ts'
import type { Signing } from '../signing.ts'
import { stateBuilder } from './tables.ts'

const SESSION_MS = SESSION_DAYS * 86_400_000

/** Of several websites that start at once, the first creates the key. SQLite has only one writer anyway. */
const TAKE_TURN = raw`SELECT pg_advisory_xact_lock(hashtextextended('autopkgtest-web signing', 0))`

type Keys = readonly [string, ...string[]]
const valuesOf = (rows: readonly { value: string }[]) => rows.map(row => row.value) as unknown as Keys

/** Signing keys in SQL. */
export function sqlSigning(sql: SqlTables): Signing {
  const db = stateBuilder(sql.engine)
  const known = (now: Date) =>
    db
      .selectFrom('signing_key')
      .select('value')
      .where(eb => eb.or([eb('expires', 'is', null), eb('expires', '>', now.getTime())]))
      // A key created while the clock was ahead seems newer than its replacement
      .orderBy(eb => eb('expires', 'is', null), 'desc')
      .orderBy('created', 'desc')
      .orderBy('value')
      .compile()

  function* add(now: Date): Work<void> {
    const value = randomBytes(32).toString('base64url')
    yield db.insertInto('signing_key').values({ value, created: now.getTime(), expires: null }).compile()
  }

  function* addFirst(now: Date): Work<{ value: string }[]> {
    if (sql.engine === 'postgres') yield TAKE_TURN.compile(db)
    const there = yield* ask(known(now))
    if (there.length > 0) return there
    yield* add(now)
    return yield* ask(known(now))
  }

  return {
    async keys(now) {
      const rows = await sql.read(known(now))
      return valuesOf(rows.length > 0 ? rows : await sql.transact(() => addFirst(now)))
    },

    async rotate(now, { atOnce }) {
      await sql.transact(function* (): Work<void> {
        if (atOnce) yield db.deleteFrom('signing_key').compile()
        const last = { expires: now.getTime() + SESSION_MS }
        yield db.updateTable('signing_key').set(last).where('expires', 'is', null).compile()
        yield db.deleteFrom('signing_key').where('expires', '<=', now.getTime()).compile()
        yield* add(now)
      })
    },
  }
}
