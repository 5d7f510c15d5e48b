import pg from 'pg'
import { messageOf, Unavailable } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import type { DatabaseName } from '../migrations.ts'
import { storableAll } from '../storable.ts'
import { blameServer, isAnswer, isTransient } from './driver-errors.ts'
import { migratePostgres } from './migrations.ts'
import { parsePostgresUrl } from './url.ts'

/** The limit of a page's query; the client gives up a little later than the server. */
const STATEMENT_MS = 15_000
const CONNECT_MS = 5_000
const IDLE_MS = 30_000
/** How often a transaction is run if the server rolls it back because of another one. */
const TRIES = 4

/** Runs one statement on one connection. */
export type Ask = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>

/** A few connections to the server that accepts writes. */
export interface PostgresPool {
  readonly ask: Ask
  /**
   * Runs `work` in a transaction, again from the start if the server rolled it back because of another one.
   */
  transaction<T>(work: (ask: Ask) => Promise<T>): Promise<T>
  /** Runs a long statement without a time limit; an aborted signal cancels it on the server. */
  askLong<Row extends object>(text: string, values: readonly unknown[], signal?: AbortSignal): Promise<Row[]>
  /** A separate connection, outside the pool, to the same server. */
  connect(): Promise<pg.Client>
  state(): Promise<{ ok: true } | { ok: false; reason: string }>
  close(): Promise<void>
}

export interface PostgresOptions {
  readonly url: string
  readonly database: DatabaseName
  readonly log: Log
  readonly connections: number
}

/** Connects, and brings the schema up to date; rejects with {@link Unavailable} if no server answers. */
export async function openPostgres(options: PostgresOptions): Promise<PostgresPool> {
  const pool = postgresPool(options)
  try {
    const client = await pool.connect()
    try {
      await migratePostgres(client, options.database, options.log)
    } finally {
      await client.end()
    }
    return pool
  } catch (error) {
    await pool.close()
    throw blameServer(error)
  }
}

/** A pool over the servers of a URL; it connects when it is first used. */
export function postgresPool({ url, database, log, connections }: PostgresOptions): PostgresPool {
  const { urls, names } = parsePostgresUrl(url)
  let current = 0
  const configOf = (server: number): pg.PoolConfig => ({
    connectionString: urls[server] as string,
    application_name: `autopkgtest-web ${database}`,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: { getTypeParser },
  })
  const pool = new pg.Pool({
    ...configOf(current),
    max: connections,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + CONNECT_MS,
    allowExitOnIdle: true,
    onConnect: client => refuseStandby(client) as unknown as undefined,
  })
  // The query of a broken connection, if any, has already failed; without a listener it would end the process
  pool.on('connect', client => client.on('error', () => {}))
  pool.on('error', error => log.warn({ reason: messageOf(error) }, `a connection to ${names[current]} broke`))

  /** When many fail on one server at once, only the first moves on: the others follow. */
  const leave = (failed: number, reason: string): void => {
    if (failed !== current || urls.length === 1) return
    current = (current + 1) % urls.length
    Object.assign(pool.options, configOf(current))
    log.warn({ reason, next: names[current] }, 'trying the next database server')
  }
  /** Tries each server once, beginning with the last one that worked. */
  const onSomeServer = async <T>(connect: () => Promise<T>): Promise<T> => {
    for (let tried = 1; ; tried++) {
      const server = current
      try {
        return await connect()
      } catch (error) {
        leave(server, messageOf(blameServer(error)))
        if (tried >= urls.length) throw blameServer(error)
      }
    }
  }
  const withClient = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await onSomeServer(() => pool.connect())
    let broken: Error | undefined
    try {
      return await work(client)
    } catch (error) {
      const demoted = error instanceof pg.DatabaseError && error.code === '25006'
      if (demoted || (error instanceof Error && !isAnswer(error) && blameServer(error) !== error))
        broken = error
      throw blameServer(error)
    } finally {
      client.release(broken)
    }
  }
  const asking = (client: pg.ClientBase): Ask =>
    async function ask<Row extends object>(text: string, values: readonly unknown[] = []) {
      return (await client.query(text, storableAll(values))).rows as Row[]
    }

  return {
    ask: (text, values) => withClient(client => asking(client)(text, values)),
    async transaction(work) {
      for (let tried = 1; ; tried++) {
        try {
          return await withClient(client => inTransaction(client, () => work(asking(client))))
        } catch (error) {
          if (tried >= TRIES || !isTransient((error as Error).cause)) throw error
        }
      }
    },
    askLong: (text, values, signal) =>
      withClient(async client => {
        signal?.throwIfAborted()
        const { processID } = client as unknown as { processID: number }
        const cancel = () => void pool.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => {})
        signal?.addEventListener('abort', cancel, { once: true })
        try {
          return await inTransaction(client, async () => {
            await client.query('SET LOCAL statement_timeout = 0')
            const config = { text, values: storableAll(values), query_timeout: 0 }
            return (await client.query(config)).rows as never
          })
        } catch (error) {
          signal?.throwIfAborted()
          throw error
        } finally {
          signal?.removeEventListener('abort', cancel)
        }
      }),
    connect: () =>
      onSomeServer(async () => {
        const client = new pg.Client(configOf(current))
        client.on('error', () => {})
        try {
          await client.connect()
          await refuseStandby(client)
          return client
        } catch (error) {
          await client.end().catch(() => {})
          throw error
        }
      }),
    async state() {
      try {
        await withClient(client => client.query('SELECT 1'))
        return { ok: true }
      } catch (error) {
        return { ok: false, reason: messageOf(error) }
      }
    },
    close: () => pool.end(),
  }
}

async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    const value = await work()
    await client.query('COMMIT')
    return value
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** A standby of another server accepts no rows. */
async function refuseStandby(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query('SELECT pg_is_in_recovery() AS standby')
  if (rows[0]?.standby === true) throw new Unavailable('the database server is a standby')
}

const BIGINT = 20

/** Counts are returned as numbers: none of ours is beyond 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === BIGINT) return Number
  return pg.types.getTypeParser(oid, format as 'text')
}
