import { createHash, randomBytes } from 'node:crypto'
import { ask, only, type SqlTables, type Work } from '../../sql/work.ts'
import { type Accounts, SESSION_DAYS } from '../accounts.ts'
import { stateBuilder } from './tables.ts'

const DAY_MS = 86_400_000
const SESSION_MS = SESSION_DAYS * DAY_MS
/** The use of a key is recorded once in this time, so that not every request has to wait for a write. */
const NOTE_USE_MS = 60_000

/** 256 random bits, without a colon, suitable for a cookie or a URL. */
const newSecret = () => randomBytes(32).toString('base64url')

/**
 * The hash that is kept and looked up instead of a secret: as nobody can steer it towards that of a row, the
 * time of a lookup reveals nothing. No salt or slow hash: a secret of 256 random bits is in no dictionary.
 */
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

const dateOrNone = (ms: number | null) => (ms === null ? undefined : new Date(ms))

/** Sessions, nonces and keys in SQL. */
export function sqlAccounts(sql: SqlTables): Accounts {
  const db = stateBuilder(sql.engine)
  return {
    async startSession({ claimedId, nickname }, now) {
      const secret = newSecret()
      const row = {
        hash: hashOf(secret),
        claimed_id: claimedId,
        nickname,
        expires: now.getTime() + SESSION_MS,
        takeover_until: 0,
      }
      await sql.transact(function* (): Work<void> {
        yield db.deleteFrom('session').where('expires', '<=', now.getTime()).compile()
        yield db.insertInto('session').values(row).compile()
      })
      return secret
    },

    async session(secret, now) {
      const hash = hashOf(secret)
      const [row] = await sql.read(
        db
          .selectFrom('session')
          .select(['claimed_id', 'nickname', 'expires'])
          .where('hash', '=', hash)
          .where('expires', '>', now.getTime())
          .compile(),
      )
      if (row === undefined) return undefined
      let { expires } = row
      const renewed = now.getTime() + SESSION_MS
      // In both directions: a session that was started while the clock was ahead must not last that long
      if (Math.abs(renewed - expires) >= DAY_MS) {
        await sql.transact(
          only(
            db
              .updateTable('session')
              .set(eb => ({
                expires: renewed,
                // The two previous values: a script that keeps it for years prolongs only its own cookie
                takeover_until: eb.fn.coalesce('takeover_until', 'expires'),
              }))
              .where('hash', '=', hash)
              .compile(),
          ),
        )
        expires = renewed
      }
      return { claimedId: row.claimed_id, nickname: row.nickname, expires: new Date(expires) }
    },

    async takeOver(secret, now) {
      // Nor one that was started while the clock was ahead
      const latest = now.getTime() + SESSION_MS + DAY_MS
      const [row] = await sql.transact(
        only(
          db
            .updateTable('session')
            .set({ takeover_until: 0 })
            .where('hash', '=', hashOf(secret))
            .where('expires', '>', now.getTime())
            .where(eb => eb.between(eb.fn.coalesce('takeover_until', 'expires'), now.getTime() + 1, latest))
            .returning(['claimed_id', 'nickname', 'expires'])
            .compile(),
        ),
      )
      if (row === undefined) return undefined
      return { claimedId: row.claimed_id, nickname: row.nickname, expires: new Date(row.expires) }
    },

    async endSession(secret) {
      await sql.transact(only(db.deleteFrom('session').where('hash', '=', hashOf(secret)).compile()))
    },

    takeNonce(nonce, until, now) {
      return sql.transact(function* () {
        yield db.deleteFrom('nonce').where('until', '<=', now.getTime()).compile()
        const taken = yield* ask(
          db
            .insertInto('nonce')
            .values({ hash: hashOf(nonce), until: until.getTime() })
            .onConflict(conflict => conflict.doNothing())
            .returning('hash')
            .compile(),
        )
        return taken.length > 0
      })
    },

    async createKey(name, expires, now) {
      const key = newSecret()
      const row = {
        hash: hashOf(key),
        id: randomBytes(6).toString('hex'),
        name,
        created: now.getTime(),
        expires: expires?.getTime() ?? null,
        last_used: null,
      }
      await sql.transact(only(db.insertInto('api_key').values(row).compile()))
      return key
    },

    async keyOwner(key, now) {
      const hash = hashOf(key)
      const [row] = await sql.read(
        db
          .selectFrom('api_key')
          .select(['name', 'last_used'])
          .where('hash', '=', hash)
          .where(eb => eb.or([eb('expires', 'is', null), eb('expires', '>', now.getTime())]))
          .compile(),
      )
      if (row === undefined) return undefined
      if (row.last_used === null || Math.abs(now.getTime() - row.last_used) >= NOTE_USE_MS) {
        const used = { last_used: now.getTime() }
        await sql.transact(only(db.updateTable('api_key').set(used).where('hash', '=', hash).compile()))
      }
      return row.name
    },

    async keys() {
      const rows = await sql.read(
        db
          .selectFrom('api_key')
          .select(['id', 'name', 'created', 'expires', 'last_used'])
          .orderBy('name')
          .orderBy('created')
          .orderBy('id')
          .compile(),
      )
      return rows.map(({ id, name, created, expires, last_used }) => ({
        id,
        name,
        created: new Date(created),
        expires: dateOrNone(expires),
        lastUsed: dateOrNone(last_used),
      }))
    },

    async revokeKey(id) {
      const revoked = await sql.transact(
        only(db.deleteFrom('api_key').where('id', '=', id).returning('id').compile()),
      )
      return revoked.length > 0
    },
  }
}
