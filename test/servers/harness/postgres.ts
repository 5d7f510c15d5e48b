import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { type ServerControl, type Settings, startKept } from './keeper.ts'
import { reservePorts } from './ports.ts'

/** How to reach one database of a private PostgreSQL. The user is a superuser without a password. */
export interface PostgresFacts {
  /** For the `[web] database` setting. */
  url: string
  host: string
  port: number
  user: string
  database: string
}

/** Starts a PostgreSQL of its own, for tests that kill it. */
export async function startPostgres(): Promise<PostgresFacts & ServerControl> {
  const [settings, control] = await startKept('postgres.sh', [await reservePorts()])
  return { ...factsOf(settings), ...control }
}

/** A PostgreSQL that follows another one. */
export interface PostgresStandby extends PostgresFacts, ServerControl {
  /** Makes it the one that is written, once the other one is gone. */
  promote(): Promise<void>
  /** Cuts it off from its primary, which goes on alone: what it then commits is lost with it. */
  cutOff(): Promise<void>
}

const FOLLOWERS = 'SELECT pid FROM pg_stat_replication'
const IN_STEP = "SELECT pid FROM pg_stat_replication WHERE sync_state = 'sync'"

/**
 * Starts a standby of `primary`, which from then on commits nothing that the standby does not have: with replication
 * in its own time, some of the last rows would be lost with the primary, and nobody could say which.
 */
export async function startStandby(primary: PostgresFacts): Promise<PostgresStandby> {
  const [settings, control] = await startKept('postgres.sh', [await reservePorts(), primary.port])
  const standby = factsOf(settings)
  await ask(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
  await ask(primary, 'SELECT pg_reload_conf()')
  while ((await ask(primary, IN_STEP)).length === 0) await sleep(20)
  return {
    ...standby,
    ...control,
    async cutOff() {
      await ask(primary, 'ALTER SYSTEM RESET synchronous_standby_names')
      await ask(primary, 'SELECT pg_reload_conf()')
      await ask(standby, "ALTER SYSTEM SET primary_conninfo = ''")
      await ask(standby, 'SELECT pg_reload_conf()')
      while ((await ask(primary, FOLLOWERS)).length > 0) await sleep(20)
    },
    async promote() {
      await ask(standby, 'SELECT pg_promote()')
    },
  }
}

/** The address of several servers of one database, in the order in which they are tried. */
export function urlOfAll(...servers: readonly [PostgresFacts, ...PostgresFacts[]]): string {
  const [{ user, database }] = servers
  const hosts = servers.map(({ host, port }) => `${host}:${port}`).join(',')
  return `postgresql://${user}@${hosts}/${database}?target_session_attrs=read-write`
}

function factsOf(settings: Settings): PostgresFacts {
  return {
    url: settings('DATABASE_URL'),
    host: settings('PGHOST'),
    port: Number(settings('PGPORT')),
    user: settings('PGUSER'),
    database: settings('PGDATABASE'),
  }
}

async function ask(server: PostgresFacts, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

/** Makes an empty database in `server`. It goes with the server. */
export async function makeDatabase(server: PostgresFacts): Promise<PostgresFacts> {
  const database = `test_${randomUUID().replaceAll('-', '')}`
  await ask(server, `CREATE DATABASE ${database}`)
  return { ...server, database, url: `postgresql://${server.user}@${server.host}:${server.port}/${database}` }
}
