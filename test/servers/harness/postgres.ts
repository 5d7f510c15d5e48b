import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { type ServerControl, startKept } from './keeper.ts'
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
  return {
    url: settings('DATABASE_URL'),
    host: settings('PGHOST'),
    port: Number(settings('PGPORT')),
    user: settings('PGUSER'),
    database: settings('PGDATABASE'),
    ...control,
  }
}

/** Makes an empty database in `server`. It goes with the server. */
export async function makeDatabase(server: PostgresFacts): Promise<PostgresFacts> {
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: server.url })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${database}`)
  } finally {
    await client.end()
  }
  return { ...server, database, url: `postgresql://${server.user}@${server.host}:${server.port}/${database}` }
}
