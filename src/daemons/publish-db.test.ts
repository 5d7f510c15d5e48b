import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveArchive } from '../../test/builders/archive.ts'
import { startDaemon } from '../../test/builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../../test/builders/databases.ts'
import { aRun } from '../../test/builders/run.ts'
import { eventually } from '../../test/eventually.ts'
import { httpArchive } from '../backends/archive/http.ts'
import { publishedFiles } from '../backends/published/files.ts'
import { sqliteState } from '../backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../backends/store/filesystem/filesystem.ts'
import { type Log, silentLog } from '../log.ts'
import { noteFilled, noteFirstOpening } from '../operations/ingest/first-fill.ts'
import { publishDb } from './publish-db.ts'

/** A log that keeps the messages of one level. */
function keepingLog(level: 'info' | 'warn' | 'error', kept: string[]): Log {
  const log: Log = {
    ...silentLog,
    [level]: (_: object, message: string) => kept.push(message),
    child: () => log,
  }
  return log
}

const EXAMPLES = join(import.meta.dirname, '../../examples')

async function setUp(runs = [aRun().of('gzip')], root = temporaryFolder()) {
  const archive = await serveArchive()
  const folder = temporaryFolder()
  const file = join(folder, 'autopkgtest.db')
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  // An hour: whatever waits for a silent archive does not come to its end in a test
  const client = httpArchive({ url: archive.url, silenceMs: 3_600_000 })
  onTestFinished(() => client.close())
  const results = await resultsWith(...runs)
  const store = filesystemStore({ root })
  return {
    archive,
    file,
    backends: { results, state, store, published: publishedFiles({ file }), archive: client },
  }
}

describe('the daemon that publishes the database', () => {
  it('publishes at once, without waiting for an archive that does not answer', async () => {
    const { archive, file, backends } = await setUp()
    archive.mood = 'silent'
    const running = await startDaemon(publishDb, backends)
    await eventually(() => readFile(`${file}.sha256`))
    expect(running.health()).toEqual({ ok: true })
    await running.stop()
  })

  it('publishes nothing before the first fill has ended, and then at once', async () => {
    const { file, backends } = await setUp([], EXAMPLES)
    await noteFirstOpening(backends)
    const said: string[] = []
    await startDaemon(publishDb, backends, {
      log: keepingLog('info', said),
      settings: { releases: ['bookworm'] },
    })
    await eventually(() => expect(said).toContain('nothing has been published yet'))
    // A first completion does not hide that the rest is missing
    await backends.results.record([aRun()])
    expect(await backends.published.current()).toBeUndefined()
    expect(existsSync(file)).toBe(false)
    await noteFilled(backends)
    await eventually(() => readFile(`${file}.sha256`))
  })

  it('publishes an empty database where the store has nothing to fill it with', async () => {
    const { file, backends } = await setUp([])
    await noteFirstOpening(backends)
    await startDaemon(publishDb, backends)
    await eventually(() => readFile(`${file}.sha256`))
  })

  it('reads the versions in the archive into the live database', async () => {
    const { archive, backends } = await setUp()
    archive.publish('noble', 'main', { gzip: '1.12-1' })
    await startDaemon(publishDb, backends)
    const copy = join(temporaryFolder(), 'copy.db')
    await eventually(async () => expect(await backends.results.currentVersions().version()).not.toBe(''))
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
    await eventually(() => expect(warnings).toHaveLength(1))
    expect(warnings[0]).toMatch(/versions in the archive cannot be read/)
    expect(running.health()).toEqual({ ok: true })
  })
})
