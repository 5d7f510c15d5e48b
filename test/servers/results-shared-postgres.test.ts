import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import type { Results } from '../../src/backends/results/results.ts'
import { Conflict } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRun } from '../builders/run.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'results that several programs share on a real PostgreSQL', () => {
  let url: string
  beforeEach(async () => {
    url = (await freshDatabase()).url
  })
  const open = async (folder = temporaryFolder()): Promise<Results> => {
    const results = await postgresResults({ url, mirror: join(folder, 'mirror.db'), log: silentLog })
    onTestFinished(() => results.close())
    return results
  }
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    return client
  }

  it('makes the schema once, however many open it at the same time', async () => {
    const opened = await Promise.all([open(), open(), open(), open()])
    const ids = await Promise.all(opened.map(results => results.id()))
    expect(new Set(ids).size).toBe(1)
  })

  it('refuses a schema that a newer program took something away from', async () => {
    await open()
    const client = await connect()
    await client.query("INSERT INTO results.migration(number, name) VALUES (99, 'contract-future')")
    await expect(open()).rejects.toThrow(Conflict)
    await expect(open()).rejects.toThrow(/schema version 99.*newer autopkgtest-web/)
  })

  it('records each run once when several are told of the same ones at the same time', async () => {
    const programs = await Promise.all([open(), open(), open()])
    const runs = Array.from({ length: 300 }, (_, n) => aRun().of(`package-${n % 40}`))
    const recorded = await Promise.all(
      programs.map((results, n) => results.record(n === 1 ? runs.toReversed() : runs)),
    )
    const names = recorded.flat().map(run => run.runId)
    expect(names.toSorted()).toEqual(runs.map(run => run.runId).toSorted())
    expect(await programs[0]?.newest({ limit: 1000, offset: 0 })).toHaveLength(300)
  })

  it('tells the others of a new row, and nobody of one that was known', async () => {
    const [here, there] = [await open(), await open()]
    const run = aRun()
    let calls = 0
    onTestFinished(there.onChange(() => calls++))
    await here.record([run])
    await expect.poll(() => calls, { timeout: 5000 }).toBe(1)
    const version = there.version()
    await here.record([run])
    await new Promise(resolve => setTimeout(resolve, 500))
    expect([calls, there.version()]).toEqual([1, version])
  })

  it('gives a row that commits late after those that were given, and never misses it', async () => {
    const results = await open()
    const [first, late, quick] = [aRun().of('first'), aRun().of('late'), aRun().of('quick')]
    await results.record([first, late.of('late').named('20200101_000000_00000@')])
    const { position } = await results.since(undefined, 10)
    const slow = await connect()
    await slow.query('BEGIN')
    await slow.query(
      "INSERT INTO results.result(test_id, run_id) SELECT id, $1 FROM results.test WHERE package = 'late'",
      [late.runId],
    )
    await results.record([quick])
    expect((await results.since(position, 10)).runs).toEqual([])
    await slow.query('COMMIT')
    const { runs } = await results.since(position, 10)
    expect(runs.map(run => run.package)).toEqual(['late', 'quick'])
  })

  it('begins again after the row that it came to was removed, and after a restore from another server', async () => {
    const results = await open()
    const runs = [aRun().of('a'), aRun().of('b')]
    await results.record(runs)
    const { position } = await results.since(undefined, 10)
    const client = await connect()
    await client.query('DELETE FROM results.result WHERE run_id = $1', [runs[1]?.runId])
    expect((await results.since(position, 10)).runs).toEqual([runs[0]])

    await client.query("UPDATE results.result SET xact = '9000000000000'")
    expect((await results.since(undefined, 10)).runs).toEqual([])
    const restored = await open()
    await expect
      .poll(async () => (await restored.since(undefined, 10)).runs, { timeout: 5000 })
      .toEqual([runs[0]])
  })

  describe('the mirror that is published', () => {
    const rowsOf = async (results: Results): Promise<unknown[]> => {
      const file = join(temporaryFolder(), 'copy.db')
      await results.copyPublished(file)
      const db = new Database(file, { readonly: true })
      onTestFinished(() => void db.close())
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      const rows =
        'SELECT package, run_id FROM test LEFT JOIN result ON id = test_id ORDER BY package, run_id'
      return db.prepare(rows).raw().all()
    }

    it('drops rows that were removed, and takes those that came again', async () => {
      const results = await open()
      const [kept, removed, again] = [aRun().of('kept'), aRun().of('removed'), aRun().of('again')]
      await results.record([kept, removed, again])
      expect(await rowsOf(results)).toHaveLength(3)
      const client = await connect()
      await client.query('DELETE FROM results.result WHERE run_id = ANY($1)', [[removed.runId, again.runId]])
      await client.query("DELETE FROM results.test WHERE package IN ('removed', 'again')")
      await results.record([again])
      expect(await rowsOf(results)).toEqual([
        ['again', again.runId],
        ['kept', kept.runId],
      ])
    })

    it('is made anew when it has other rows than the server, and when it is of another database', async () => {
      const folder = temporaryFolder()
      const results = await open(folder)
      const runs = [aRun().of('a'), aRun().of('b')]
      await results.record(runs)
      expect(await rowsOf(results)).toHaveLength(2)
      const mirror = new Database(join(folder, 'mirror.db'))
      mirror.exec("DELETE FROM result; DELETE FROM test WHERE package = 'a'")
      mirror.close()
      // A removal makes it count
      const client = await connect()
      await client.query('DELETE FROM results.result WHERE run_id = $1', [runs[1]?.runId])
      expect(await rowsOf(results)).toEqual([['a', runs[0]?.runId]])

      url = (await freshDatabase()).url
      const other = await open(folder)
      await other.record([aRun().of('other')])
      expect((await rowsOf(other)).map(row => (row as string[])[0])).toEqual(['other'])
    })
  })
})
