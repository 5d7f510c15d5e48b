import { Client } from 'pg'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import type { Migration } from '../../src/backends/sql/migrations.ts'
import { migratePostgres } from '../../src/backends/sql/postgres/migrations.ts'
import { Conflict } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

const steps = (...given: readonly (readonly [name: string, sql: string])[]): Migration[] =>
  given.map(([name, sql], index) => ({ number: index + 1, name, sql }))
const FIRST = ['first', 'CREATE TABLE state.one(a integer)'] as const
const SECOND = ['second', 'ALTER TABLE state.one ADD COLUMN b integer'] as const
const COLUMNS = `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
  WHERE table_schema = 'state' AND table_name <> 'migration' ORDER BY 1`

describeWith(['postgres'], 'bringing a schema on a real PostgreSQL up to date', () => {
  let url: string
  beforeEach(async () => {
    url = (await freshDatabase()).url
  })
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    return client
  }
  const said: string[] = []
  const log = { ...silentLog, warn: (_: object, words: string) => void said.push(words) } as typeof silentLog
  const migrate = async (migrations: readonly Migration[]) =>
    migratePostgres(await connect(), 'state', log, migrations)
  const columns = async () => {
    const { rows } = await (await connect()).query<{ name: string }>(COLUMNS)
    return rows.map(row => row.name)
  }

  it('takes each step once, however many programs start at the same moment', async () => {
    await Promise.all([1, 2, 3, 4].map(() => migrate(steps(FIRST, SECOND))))
    expect(await columns()).toEqual(['one.a', 'one.b'])
  })

  it('leaves nothing behind of a step that fails, keeps those before it, and takes it when it is mended', async () => {
    const broken = steps(FIRST, ['second', `${SECOND[1]}; SELECT nothing FROM nowhere`])
    await expect(migrate(broken)).rejects.toThrow(/"nowhere" does not exist/)
    expect(await columns()).toEqual(['one.a'])
    await migrate(steps(FIRST, SECOND))
    expect(await columns()).toEqual(['one.a', 'one.b'])
  })

  it('makes way for those who read while somebody holds the table, and takes the step when they let go', async () => {
    await migrate(steps(FIRST))
    const [long, reader] = [await connect(), await connect()]
    await long.query('BEGIN')
    await long.query('SELECT FROM state.one')
    const migrated = migrate(steps(FIRST, SECOND))
    said.length = 0
    await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThan(0)
    // As long as a lock is waited for, a page would wait behind it
    const waits: number[] = []
    for (const until = Date.now() + 4000; Date.now() < until; ) {
      const begun = performance.now()
      await reader.query('SELECT FROM state.one')
      waits.push(performance.now() - begun)
    }
    expect(Math.max(...waits)).toBeLessThan(3000)
    await long.query('COMMIT')
    await migrated
    expect(await columns()).toEqual(['one.a', 'one.b'])
  })

  it('waits for nobody when there is nothing to do', async () => {
    await migrate(steps(FIRST))
    const other = await connect()
    await other.query("SELECT pg_advisory_lock(hashtextextended('autopkgtest-web migrations', 0))")
    await migrate(steps(FIRST))
  })

  it('goes on with what a newer program has added to, and says so', async () => {
    await migrate(steps(FIRST, SECOND))
    said.length = 0
    await migrate(steps(FIRST))
    expect(said).toEqual([
      'the schema state on PostgreSQL was written by a newer autopkgtest-web: using it as it is',
    ])
  })

  it('refuses what a newer program has taken something away from', async () => {
    await migrate(steps(FIRST, ['contract-one', 'DROP TABLE state.one']))
    await expect(migrate(steps(FIRST))).rejects.toThrow(Conflict)
    await expect(migrate(steps(FIRST))).rejects.toThrow(/schema version 2.*up to 1/)
  })
})
