import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { eventually } from '../../../../test/eventually.ts'
import { watchVersion } from './watch-changes.ts'

/** A new database with one row per number, and its reader's version. */
function openNumbers() {
  const file = join(temporaryFolder(), 'numbers.db')
  const writer = new Database(file)
  writer.pragma('journal_mode = WAL')
  writer.exec('CREATE TABLE number (n INTEGER)')
  const reader = new Database(file, { readonly: true })
  const read = reader.prepare('PRAGMA data_version').pluck()
  return { file, writer, version: () => String(read.get()) }
}

describe('watching the version of a SQLite file', () => {
  const NO_POLL = { pollMs: 3_600_000 }

  it('is woken by commits of this process and of others, without a look of its own', async () => {
    const { file, writer, version } = openNumbers()
    const watch = watchVersion(file, version, NO_POLL)
    let changes = 0
    watch.onChange(() => changes++)
    writer.exec('INSERT INTO number VALUES (1)')
    await eventually(() => expect(changes).toBe(1))

    const program = `
      const Database = require('better-sqlite3')
      new Database(${JSON.stringify(file)}).exec('INSERT INTO number VALUES (2)')`
    const [status] = await once(spawn(process.execPath, ['--eval', program], { stdio: 'inherit' }), 'exit')
    expect(status).toBe(0)
    await eventually(() => expect(changes).toBe(2))
    watch.close()
  })

  it('hears of a large transaction once it is committed, though its pages were written before', async () => {
    const { file, writer, version } = openNumbers()
    writer.pragma('cache_size = 10')
    const watch = watchVersion(file, version, NO_POLL)
    const seen: string[] = []
    watch.onChange(() => seen.push(version()))
    writer.exec('BEGIN IMMEDIATE')
    const insert = writer.prepare('INSERT INTO number VALUES (?)')
    for (let n = 0; n < 50_000; n++) insert.run(n)
    await new Promise(resolve => setTimeout(resolve, 400))
    expect(seen).toEqual([])
    writer.exec('COMMIT')
    await eventually(() => expect(seen).toEqual([version()]))
    watch.close()
  })

  it('goes on after the log was removed with the last connection', async () => {
    const { file, writer } = openNumbers()
    writer.close()
    let version = 0
    const watch = watchVersion(file, () => String(++version), NO_POLL)
    let changes = 0
    watch.onChange(() => changes++)
    for (let round = 0; round < 3; round++) {
      const before = changes
      await eventually(() => {
        const again = new Database(file)
        again.exec('INSERT INTO number VALUES (3)')
        again.close()
        expect(changes).toBeGreaterThan(before)
      })
    }
    watch.close()
  })
})
