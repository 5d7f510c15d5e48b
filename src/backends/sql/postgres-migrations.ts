import type pg from 'pg'
import type { Log } from '../../log.ts'
import { type DatabaseName, readMigrations, stepsFrom } from './migrations.ts'

/** One program at a time migrates, whichever schema. */
const LOCK = "hashtextextended('autopkgtest-web migrations', 0)"

/**
 * Brings one schema up to date, each step in a transaction. Old programs go on meanwhile: steps only ever add, and
 * give up rather than keep others waiting for a table.
 */
export async function migratePostgres(client: pg.Client, database: DatabaseName, log: Log): Promise<void> {
  const migrations = readMigrations(database, 'postgres')
  const what = `the schema ${database} on PostgreSQL`
  await client.query("SET lock_timeout = '30s'")
  await client.query(`SELECT pg_advisory_lock(${LOCK})`)
  try {
    for (const step of stepsFrom(migrations, await readVersion(client, database), what)) {
      log.info({ step: step.number }, `bringing ${what} up to date: ${step.name}`)
      await client.query('BEGIN')
      await client.query(step.sql)
      await client.query(`INSERT INTO ${database}.migration(number, name) VALUES ($1, $2)`, [
        step.number,
        step.name,
      ])
      await client.query('COMMIT')
    }
  } finally {
    // Fails only with the connection, which lets go of the lock as well
    await client.query('ROLLBACK').catch(() => {})
    await client.query(`SELECT pg_advisory_unlock(${LOCK})`).catch(() => {})
  }
}

/** The last step taken; makes schema and list of steps where there are none. */
async function readVersion(client: pg.Client, database: DatabaseName): Promise<number> {
  const { rows } = await client.query('SELECT to_regclass($1) IS NOT NULL AS there', [
    `${database}.migration`,
  ])
  if (rows[0]?.there !== true) {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${database}`)
    await client.query(`CREATE TABLE IF NOT EXISTS ${database}.migration(
      number integer PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())`)
  }
  const version = await client.query(`SELECT coalesce(max(number), 0) AS number FROM ${database}.migration`)
  return Number(version.rows[0]?.number)
}
