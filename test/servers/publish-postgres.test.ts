import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { publishedFiles } from '../../src/backends/published/files.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { silentLog as log } from '../../src/log.ts'
import { publishDatabase } from '../../src/operations/publish/publish-database.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRun } from '../builders/run.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

const never = new AbortController().signal

/** One of two hosts that share a database; where each publishes to is its own affair. */
async function openHost(url: string, file: string) {
  const results = await postgresResults({ url, mirror: join(temporaryFolder(), 'mirror.db'), log })
  const state = await postgresState({ url, log })
  onTestFinished(async () => {
    await state.close()
    await results.close()
  })
  return { results, state, published: publishedFiles({ file }) }
}

/** As britney asks it of the file that it has fetched. */
function askAsBritney(file: string, packageName: string): unknown[] {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    return db
      .prepare(
        `SELECT r.exitcode,r.version,r.triggers,r.run_id FROM test AS t LEFT JOIN result AS r ON t.id=r.test_id
         WHERE t.release=? AND t.arch=? AND t.package=? AND r.run_id > ?`,
      )
      .raw()
      .all('noble', 'amd64', packageName, '20260101_000000')
  } finally {
    db.close()
  }
}

describeWith(['postgres'], 'publishing a database in PostgreSQL', () => {
  it('gives britney a SQLite file that it can read alone, and its checksum', async () => {
    const { url } = await freshDatabase()
    const file = join(temporaryFolder(), 'autopkgtest.db')
    const host = await openHost(url, file)
    const runs = [aRun().of('gzip').passing(), aRun().of('gzip').failing()]
    await host.results.record(runs)
    expect((await publishDatabase(host, undefined, never)).outcome).toBe('published')
    const bytes = await readFile(file)
    expect(await readFile(`${file}.sha256`, 'latin1')).toBe(createHash('sha256').update(bytes).digest('hex'))
    // Read and write version 1: a rollback journal
    expect([...bytes.subarray(18, 20)]).toEqual([1, 1])
    expect(askAsBritney(file, 'gzip')).toEqual(
      runs.map(run => [run.exitcode, run.version, run.triggers, run.runId]),
    )
  })

  it('publishes what another host recorded, once', async () => {
    const { url } = await freshDatabase()
    const file = join(temporaryFolder(), 'autopkgtest.db')
    const [first, second] = [await openHost(url, file), await openHost(url, file)]
    await first.results.record([aRun().of('gzip')])
    let { version } = await publishDatabase(first, undefined, never)
    await second.results.record([aRun().of('sed')])
    await expect
      .poll(async () => {
        const publishing = await publishDatabase(first, version, never)
        version = publishing.version
        return publishing.outcome
      })
      .toBe('published')
    expect(askAsBritney(file, 'sed')).toHaveLength(1)
    expect((await publishDatabase(first, version, never)).outcome).toBe('unchanged')
  })

  it('is done by one of two hosts at once', async () => {
    const { url } = await freshDatabase()
    const file = join(temporaryFolder(), 'autopkgtest.db')
    const hosts = [await openHost(url, file), await openHost(url, file)]
    await hosts[0]?.results.record(Array.from({ length: 500 }, () => aRun()))
    const outcomes = await Promise.all(
      hosts.map(async host => (await publishDatabase(host, undefined, never)).outcome),
    )
    expect(outcomes.sort()).toEqual(['busy', 'published'])
  })
})
