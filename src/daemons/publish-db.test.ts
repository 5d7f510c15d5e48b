import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { serveArchive } from '../../test/builders/archive.ts'
import { startDaemon } from '../../test/builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../../test/builders/databases.ts'
import { aRun } from '../../test/builders/run.ts'
import { httpArchive } from '../backends/archive/http.ts'
import { publishedFiles } from '../backends/published/files.ts'
import { sqliteState } from '../backends/state/sqlite.ts'
import { type Log, silentLog } from '../log.ts'
import { publishDb } from './publish-db.ts'

/** A log that keeps the messages of one level. */
function keepingLog(level: 'warn' | 'error', kept: string[]): Log {
  const log: Log = {
    ...silentLog,
    [level]: (_: object, message: string) => kept.push(message),
    child: () => log,
  }
  return log
}

async function setUp() {
  const archive = await serveArchive()
  const folder = temporaryFolder()
  const file = join(folder, 'autopkgtest.db')
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  const client = httpArchive({ url: archive.url })
  onTestFinished(() => client.close())
  const results = await resultsWith(aRun().of('gzip'))
  return { archive, file, backends: { results, state, published: publishedFiles({ file }), archive: client } }
}

describe('the daemon that publishes the database', () => {
  it('publishes at once, without waiting for an archive that does not answer', async () => {
    const { archive, file, backends } = await setUp()
    archive.mood = 'silent'
    const began = Date.now()
    const running = await startDaemon(publishDb, backends)
    await vi.waitFor(() => readFile(`${file}.sha256`), { timeout: 5000 })
    expect(Date.now() - began).toBeLessThan(5000)
    expect(running.health()).toEqual({ ok: true })
    await running.stop()
    expect(Date.now() - began).toBeLessThan(8000)
  })

  it('reads the versions in the archive into the live database', async () => {
    const { archive, backends } = await setUp()
    archive.publish('noble', 'main', { gzip: '1.12-1' })
    await startDaemon(publishDb, backends)
    const copy = join(temporaryFolder(), 'copy.db')
    await vi.waitFor(async () => expect(await backends.results.currentVersions().version()).not.toBe(''))
    await backends.results.copyPublished(copy)
    const db = new Database(copy, { readonly: true })
    expect(db.prepare('SELECT version FROM current_version').pluck().all()).toEqual(['1.12-1'])
    db.close()
  })

  it('warns of an archive that is away, and is not ill itself', async () => {
    const { archive, backends } = await setUp()
    archive.mood = 'failing'
    const warnings: string[] = []
    const running = await startDaemon(publishDb, backends, { log: keepingLog('warn', warnings) })
    await vi.waitFor(() => expect(warnings).toHaveLength(1))
    expect(warnings[0]).toMatch(/versions in the archive cannot be read/)
    expect(running.health()).toEqual({ ok: true })
  })
})
