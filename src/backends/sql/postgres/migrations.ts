import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../../../log.ts'
import {
  type DatabaseName,
  isContract,
  type Migration,
  readMigrations,
  type SchemaLevel,
  stepsFrom,
} from '../migrations.ts'
import { isTransient } from './driver-errors.ts'

/** Only one program migrates at a time, whichever schema. */
const LOCK = "hashtextextended('autopkgtest-web migrations', 0)"
/** How long a start waits for a program that is migrating. */
const OTHERS = '10min'
/** How long a step waits for a table: later queries on the table wait just as long. */
const TABLE = '1s'
/** After that, it gives way for a while, and tries again. */
const PAUSE_MS = 1000
const TRIES = 60
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Brings one schema up to date, each step in a transaction. Old programs continue meanwhile: steps only ever
 * add, and give up rather than block others from a table.
 */
export async function migratePostgres(
  client: pg.Client,
  database: DatabaseName,
  log: Log,
  migrations: readonly Migration[] = readMigrations(database, 'postgres'),
): Promise<void> {
  const what = `the schema ${database} on PostgreSQL`
  const stepsLeft = async () => stepsFrom(migrations, await readTaken(client, database), what, log)
  // Without anything to do, there is no need to wait
  if ((await stepsLeft()).length === 0) return
  await client.query('SET statement_timeout = 0')
  await client.query(`SET lock_timeout = '${OTHERS}'`)
  await client.query(`SELECT pg_advisory_lock(${LOCK})`)
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${database}`)
    await client.query(`CREATE TABLE IF NOT EXISTS ${database}.migration(
      number integer PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())`)
    await client.query(`SET lock_timeout = '${TABLE}'`)
    for (const step of await stepsLeft()) {
      log.info({ step: step.number }, `bringing ${what} up to date: ${step.name}`)
      await takeStep(client, database, step, log)
    }
  } finally {
    // Fails only with the connection, which releases the lock as well
    await client.query(`SELECT pg_advisory_unlock(${LOCK})`).catch(() => {})
  }
}

async function takeStep(client: pg.Client, database: DatabaseName, step: Migration, log: Log): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await client.query('BEGIN')
      await client.query(step.sql)
      await client.query(`INSERT INTO ${database}.migration(number, name) VALUES ($1, $2)`, [
        step.number,
        step.name,
      ])
      await client.query('COMMIT')
      return
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {})
      const isLocked = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE
      if (!(isLocked || isTransient(error)) || tried >= TRIES) throw error
      log.warn({ step: step.number, tried }, 'a table that a step changes is in use: retrying')
      await sleep(PAUSE_MS)
    }
  }
}

async function readTaken(client: pg.Client, database: DatabaseName): Promise<SchemaLevel> {
  const there = await client.query('SELECT to_regclass($1) IS NOT NULL AS there', [`${database}.migration`])
  if (there.rows[0]?.there !== true) return { version: 0, contracted: 0 }
  const { rows } = await client.query<Pick<Migration, 'number' | 'name'>>(
    `SELECT number, name FROM ${database}.migration`,
  )
  const last = (steps: readonly { number: number }[]) => Math.max(0, ...steps.map(step => step.number))
  return { version: last(rows), contracted: last(rows.filter(isContract)) }
}
