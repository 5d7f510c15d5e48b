import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { aRun } from '../../../../test/builders/run.ts'
import { Conflict, Unavailable } from '../../../domain/errors.ts'
import { silentLog } from '../../../log.ts'
import { sqliteResults } from './sqlite.ts'

const open = async (file: string, log = silentLog) => {
  const results = await sqliteResults({ file, log })
  onTestFinished(() => results.close())
  return results
}

/** A live database as left by the website before this one, with a row. */
function legacyFile(options: { uuid?: boolean; indexes?: boolean }): string {
  const file = join(temporaryFolder(), 'autopkgtest.db')
  const db = new Database(file)
  db.exec(`CREATE TABLE IF NOT EXISTS test (  id INTEGER PRIMARY KEY,   release CHAR[20],   arch CHAR[20],   package char[120]);
    CREATE TABLE IF NOT EXISTS result (  test_id INTEGER,   run_id CHAR[30],   version VARCHAR[200],   triggers TEXT,
      duration INTEGER,   exitcode INTEGER,   requester TEXT,   env TEXT, ${options.uuid ? 'uuid TEXT,' : ''}
      PRIMARY KEY(test_id, run_id),  FOREIGN KEY(test_id) REFERENCES test(id));
    INSERT INTO test VALUES (7, 'noble', 'amd64', 'hello');
    INSERT INTO result(test_id, run_id, version, triggers, duration, exitcode, requester, env)
      VALUES (7, '20260902_101112_abcde@', '2.10-3', 'glibc/2.39', 71, 0, NULL, NULL);`)
  if (options.indexes) {
    db.exec(`CREATE UNIQUE INDEX test_package_uix ON test(package, release, arch);
      CREATE INDEX result_run_ix ON result(run_id desc);`)
  }
  db.close()
  return file
}
const legacyRun = aRun()
  .named('20260902_101112_abcde@')
  .triggeredBy('glibc/2.39')
  .with({ requester: null, env: null })

describe('opening a results file', () => {
  it('takes over a live database of old, whatever it lacks', async () => {
    for (const options of [{}, { uuid: true }, { indexes: true }, { uuid: true, indexes: true }]) {
      const results = await open(legacyFile(options))
      const run = aRun().endedAt('2026-09-02T09:00:00')
      await results.record([run])
      expect(await results.newest({ limit: 10, offset: 0 })).toEqual([legacyRun, run])
      expect(await results.check()).toEqual([])
    }
  })

  it('publishes a database with the uuid column without it', async () => {
    const results = await open(legacyFile({ uuid: true }))
    const copy = join(temporaryFolder(), 'copy.db')
    await results.copyPublished(copy)
    const db = new Database(copy, { readonly: true })
    onTestFinished(() => void db.close())
    expect(db.prepare('SELECT * FROM result').all()).toEqual([
      {
        test_id: 7,
        run_id: '20260902_101112_abcde@',
        version: '2.10-3',
        triggers: 'glibc/2.39',
        duration: 71,
        exitcode: 0,
        requester: null,
        env: null,
      },
    ])
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete')
    expect(db.pragma('quick_check', { simple: true })).toBe('ok')
  })

  it('publishes nothing that is not to be published', async () => {
    const file = legacyFile({})
    const results = await open(file)
    const db = new Database(file)
    db.exec("CREATE TABLE secret(key TEXT); INSERT INTO secret VALUES ('hunter2')")
    db.close()
    const copy = join(temporaryFolder(), 'copy.db')
    await results.copyPublished(copy)
    expect(readFileSync(copy).includes('hunter2')).toBe(false)
  })

  it('keeps its id, and gives each new file another', async () => {
    const file = join(temporaryFolder(), 'new', 'folder', 'autopkgtest.db')
    const results = await sqliteResults({ file, log: silentLog })
    const id = await results.id()
    await results.close()
    expect(await (await open(file)).id()).toBe(id)
    expect(await (await open(join(temporaryFolder(), 'autopkgtest.db'))).id()).not.toBe(id)
  })

  it('may be opened by several at once, who see what the others record', async () => {
    const file = join(temporaryFolder(), 'autopkgtest.db')
    const [here, there] = await Promise.all([open(file), open(file)])
    let changes = 0
    onTestFinished(there.onChange(() => changes++))
    const run = aRun()
    await here.record([run])
    expect(await there.run(run)).toEqual(run)
    expect(await there.record([run])).toEqual([])
    await expect.poll(() => changes, { timeout: 3000 }).toBeGreaterThan(0)
  })

  it('refuses a schema that a newer program took something away from, and says so', async () => {
    const file = join(temporaryFolder(), 'autopkgtest.db')
    await (await sqliteResults({ file, log: silentLog })).close()
    const db = new Database(file)
    db.pragma('user_version = 99099')
    db.close()
    await expect(open(file)).rejects.toThrow(Conflict)
    await expect(open(file)).rejects.toThrow(/schema version 99.*newer autopkgtest-web/)
  })

  it('refuses what is no database, and what is another one, and leaves it as it was', async () => {
    const text = join(temporaryFolder(), 'notes.txt')
    writeFileSync(text, 'not a database at all, '.repeat(100))
    await expect(open(text)).rejects.toThrow(Unavailable)
    await expect(open(text)).rejects.toThrow(/notes\.txt is not a SQLite database/)

    const other = join(temporaryFolder(), 'other.db')
    const db = new Database(other)
    db.exec('CREATE TABLE result(score INTEGER)')
    db.close()
    const before = readFileSync(other)
    await expect(open(other)).rejects.toThrow(/not a results database: its table test has no column/)
    expect(readFileSync(other)).toEqual(before)
  })

  it('says which file it cannot open', async () => {
    const folder = join(temporaryFolder(), 'autopkgtest.db')
    mkdirSync(folder)
    await expect(open(folder)).rejects.toThrow(/autopkgtest\.db cannot be opened/)
  })

  it('says so when it makes indexes that an old file lacks', async () => {
    const said: object[] = []
    const log = { ...silentLog, info: (fields: object) => void said.push(fields) }
    await open(legacyFile({ indexes: true }), log as typeof silentLog)
    expect(said).toContainEqual(
      expect.objectContaining({ indexes: expect.arrayContaining(['result_requester_idx']) }),
    )
  })

  it('notices that its file was replaced', async () => {
    const file = join(temporaryFolder(), 'autopkgtest.db')
    const results = await open(file)
    writeFileSync(`${file}.new`, '')
    renameSync(`${file}.new`, file)
    expect(await results.state()).toEqual({ ok: false, reason: expect.stringContaining('was replaced') })
  })
})
