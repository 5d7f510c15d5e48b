import { createHash } from 'node:crypto'
import { sql as raw, type Selectable } from 'kysely'
import { BadInput } from '../../../domain/errors.ts'
import type { Context } from '../../../domain/queue/queue-name.ts'
import { ask, only, type SqlTables, type Work } from '../../sql/work.ts'
import {
  type Counted,
  type NewRequest,
  REFUSALS_PER_HOUR,
  type RefusedRequest,
  type RequestLimit,
  type RequestSource,
  type Requests,
  type SubmittedRequest,
} from '../requests.ts'
import { type StateTables, stateBuilder } from './tables.ts'

/** The part of a refused request that is kept. */
const ASKED_CHARACTERS = 4_000
const REASON_CHARACTERS = 1_000
/** The number of refusals that are kept. */
const NEWEST_REFUSALS = 10_000
/** Clocks of websites differ by less: claims from further ahead were made while a clock was wrong. */
const AHEAD_MS = 60 * 60_000

/** Claims take turns. On SQLite there is only one write transaction at a time anyway. */
const TAKE_TURN = raw`SELECT pg_advisory_xact_lock(hashtextextended('autopkgtest-web requests', 0))`

/** The digits that a worker's run id will have, which it makes from message and queue (worker's source). */
function runIdSuffix({ body, arch, release }: NewRequest): string {
  return createHash('sha1').update(`${body}${arch}${release}`).digest('hex').slice(0, 5)
}

function rowOf(request: NewRequest, now: Date): StateTables['request'] {
  const { readableBy, uuid, context, release, arch, fingerprint, body, requester, source, address } = request
  return {
    ...{
      uuid,
      context,
      release,
      arch,
      package: request.package,
      fingerprint,
      body,
      requester,
      source,
      address,
    },
    run_id_suffix: runIdSuffix(request),
    readable_by: JSON.stringify(readableBy),
    state: 'claimed',
    submitted: now.getTime(),
    published: null,
    reason: null,
  }
}

function requestOf(row: Selectable<StateTables['request']>): SubmittedRequest {
  const { run_id_suffix, readable_by, context, source, state, submitted, published, reason, ...same } = row
  return {
    ...same,
    context: context as Context,
    source: source as RequestSource,
    state: state as SubmittedRequest['state'],
    readableBy: JSON.parse(readable_by) as string[],
    runIdSuffix: run_id_suffix,
    submitted: new Date(submitted),
    published: published === null ? undefined : new Date(published),
    reason: reason ?? undefined,
  }
}

/** Requests in SQL. */
export function sqlRequests(sql: SqlTables): Requests {
  const db = stateBuilder(sql.engine)
  const requests = db.selectFrom('request').selectAll()
  const refusals = db
    .selectFrom('refusal')
    .select(['requester', 'source', 'address', 'asked', 'reason', 'at'])
  const refusalOf = (row: Selectable<Omit<StateTables['refusal'], 'number'>>): RefusedRequest => ({
    ...row,
    source: row.source as RequestSource,
    at: new Date(row.at),
  })
  const change = (uuid: string) => db.updateTable('request').where('uuid', '=', uuid)

  const counting = (who: Counted, since: Date) => {
    const [column, value] =
      'requester' in who ? (['requester', who.requester] as const) : (['address', who.address] as const)
    return db
      .selectFrom('request')
      .select(eb => eb.fn.countAll<number>().as('count'))
      .where(column, '=', value)
      .where('submitted', '>=', since.getTime())
      .where('submitted', '<=', since.getTime() + 2 * AHEAD_MS)
      .where('state', '<>', 'failed')
      .compile()
  }
  const newestRefusal = db.selectFrom('refusal').select(eb => eb.fn.max('number').as('number'))
  /** Needs no index: only the newest are kept, and read. */
  const refusalsSince = (requester: string, since: Date) =>
    db
      .selectFrom('refusal')
      .select(eb => eb.fn.countAll<number>().as('count'))
      .where('number', '>', eb => eb(newestRefusal, '-', raw.lit(NEWEST_REFUSALS)))
      .where('requester', '=', requester)
      .where('at', '>=', since.getTime())

  function* keepRefusal(row: StateTables['refusal']): Work<void> {
    const hourAgo = new Date(row.at - 60 * 60_000)
    const [known] = yield* ask(
      refusalsSince(row.requester, hourAgo).where('address', '=', row.address).compile(),
    )
    if ((known?.count ?? 0) >= REFUSALS_PER_HOUR) return
    yield db.insertInto('refusal').values(row).compile()
    yield db
      .deleteFrom('refusal')
      .where('number', '<=', eb => eb(newestRefusal, '-', raw.lit(NEWEST_REFUSALS)))
      .compile()
  }

  function* claimInTurn(
    asked: readonly NewRequest[],
    windowMs: number,
    now: Date,
    limits: readonly RequestLimit[],
  ): Work<SubmittedRequest | 'limited' | undefined> {
    if (sql.engine === 'postgres') yield TAKE_TURN.compile(db)
    const fingerprints = asked.map(request => request.fingerprint)
    const [equal] = yield* ask(
      requests
        .where('fingerprint', 'in', fingerprints)
        .where('submitted', '>=', now.getTime() - windowMs)
        .where('submitted', '<=', now.getTime() + windowMs)
        .where('state', 'not in', ['failed', 'removed'])
        .orderBy('submitted', 'desc')
        .limit(1)
        .compile(),
    )
    if (equal !== undefined) return requestOf(equal)
    for (const { who, since, most } of limits) {
      const [row] = yield* ask(counting(who, since))
      if ((row?.count ?? 0) + asked.length > most) return 'limited'
    }
    for (const request of asked) yield db.insertInto('request').values(rowOf(request, now)).compile()
    return undefined
  }

  return {
    async claim(asked, window, now, limits = []) {
      if (new Set(asked.map(request => request.fingerprint)).size < asked.length)
        throw new BadInput('the same test is requested twice')
      if (asked.length === 0) return 'claimed'
      const equal = await sql.transact(() => claimInTurn(asked, window * 1000, now, limits))
      if (equal === 'limited') return equal
      return equal === undefined ? 'claimed' : { equal }
    },

    async published(uuid, now) {
      const news = { state: 'published', published: now.getTime(), reason: null }
      await sql.transact(only(change(uuid).set(news).compile()))
    },

    async failed(uuid, reason) {
      const news = { state: 'failed', reason: reason.slice(0, REASON_CHARACTERS) }
      await sql.transact(only(change(uuid).where('state', '=', 'claimed').set(news).compile()))
    },

    async removed(uuid, reason) {
      const news = { state: 'removed', reason: reason.slice(0, REASON_CHARACTERS) }
      await sql.transact(
        only(change(uuid).where('state', 'in', ['claimed', 'published']).set(news).compile()),
      )
    },

    async refused({ requester, source, address, asked, reason, at }) {
      const row = {
        ...{ requester, source, address },
        asked: asked.slice(0, ASKED_CHARACTERS),
        reason: reason.slice(0, REASON_CHARACTERS),
        at: at.getTime(),
      }
      await sql.transact(() => keepRefusal(row))
    },

    async forgetRefusals(before) {
      await sql.transact(only(db.deleteFrom('refusal').where('at', '<', before.getTime()).compile()))
    },

    async countRefusals(requester, since) {
      const [row] = await sql.read(refusalsSince(requester, since).compile())
      return row?.count ?? 0
    },

    async refusals({ limit, offset }) {
      const rows = await sql.read(refusals.orderBy('number', 'desc').limit(limit).offset(offset).compile())
      return rows.map(refusalOf)
    },

    async refusalsOf(requester, limit) {
      const rows = await sql.read(
        refusals
          .where('number', '>', eb => eb(newestRefusal, '-', raw.lit(NEWEST_REFUSALS)))
          .where('requester', '=', requester)
          .orderBy('number', 'desc')
          .limit(limit)
          .compile(),
      )
      return rows.map(refusalOf)
    },

    async unsettled(olderThan, limit) {
      const rows = await sql.read(
        requests
          .where('state', '=', raw.lit('claimed'))
          .where(eb =>
            eb.or([
              eb('submitted', '<', olderThan.getTime()),
              eb('submitted', '>', olderThan.getTime() + AHEAD_MS),
            ]),
          )
          .orderBy('submitted')
          .limit(limit)
          .compile(),
      )
      return rows.map(requestOf)
    },

    async byUuid(uuid) {
      const [row] = await sql.read(requests.where('uuid', '=', uuid).compile())
      return row && requestOf(row)
    },

    async byRequester(name, { limit, after }) {
      const rows = requests
        .where('requester', '=', name)
        .orderBy('submitted', 'desc')
        .orderBy('uuid')
        .limit(limit)
      if (after === undefined) return (await sql.read(rows.compile())).map(requestOf)
      const at = after.submitted.getTime()
      const rest = rows
        .where('submitted', '<=', at)
        .where(eb => eb.or([eb('submitted', '<', at), eb('uuid', '>', after.uuid)]))
      return (await sql.read(rest.compile())).map(requestOf)
    },

    async countSince(who, since) {
      const [row] = await sql.read(counting(who, since))
      return row?.count ?? 0
    },
  }
}
