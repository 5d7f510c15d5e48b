import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { aRun } from '../../../../test/builders/run.ts'
import { silentLog } from '../../../log.ts'
import { sqliteResults } from './sqlite.ts'

async function openTwice() {
  const file = join(temporaryFolder(), 'autopkgtest.db')
  const results = await sqliteResults({ file, log: silentLog })
  const other = new Database(file)
  onTestFinished(async () => {
    other.close()
    await results.close()
  })
  return { file, results, other }
}

describe('following rows on SQLite', () => {
  it('begins again when the row that it came to was removed, and misses none that takes its number', async () => {
    const { results, other } = await openTwice()
    const [kept, removed, next] = [aRun(), aRun(), aRun()]
    await results.record([kept, removed])
    const { position } = await results.since(undefined, 10)
    other.prepare('DELETE FROM result WHERE run_id = ?').run(removed.runId)
    await results.record([next])
    expect((await results.since(position, 10)).runs).toEqual([kept, next])
  })

  it('goes on after the file was compacted', async () => {
    const { results, other } = await openTwice()
    const [removed, kept, next] = [aRun(), aRun(), aRun()]
    await results.record([removed, kept])
    const { position } = await results.since(undefined, 10)
    other.prepare('DELETE FROM result WHERE run_id = ?').run(removed.runId)
    other.exec('VACUUM')
    await results.record([next])
    expect((await results.since(position, 10)).runs).toContainEqual(next)
  })

  it('forgets pairs of release and arch whose tests were removed', async () => {
    const { results, other } = await openTwice()
    await results.record([aRun().on('noble', 'amd64'), aRun().on('xenial', 'i386')])
    expect(await results.testedPairs()).toHaveLength(2)
    other.exec("DELETE FROM result WHERE test_id IN (SELECT id FROM test WHERE release = 'xenial')")
    other.exec("DELETE FROM test WHERE release = 'xenial'")
    expect(await results.testedPairs()).toEqual([{ release: 'noble', arch: 'amd64' }])
    await results.record([aRun().on('noble', 's390x')])
    expect(await results.testedPairs()).toHaveLength(2)
  })
})

describe('copying a SQLite file while it is written', () => {
  it('gives a whole copy each time, and leaves the locks of this process alone', async () => {
    const { file, results } = await openTwice()
    const locks = () => {
      const { ino } = statSync(file)
      return readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter(line => line.includes(`:${ino} `) && line.includes(` ${process.pid} `)).length
    }
    await results.record([aRun()])
    const before = locks()
    expect(before).toBeGreaterThan(0)

    let writing = true
    const writer = (async () => {
      for (; writing; await new Promise(resolve => setTimeout(resolve, 2))) {
        await results.record(Array.from({ length: 20 }, () => aRun()))
      }
    })()
    let last = 0
    for (let copies = 0; copies < 3; copies++) {
      const copy = join(temporaryFolder(), 'copy.db')
      await results.copyPublished(copy)
      const db = new Database(copy, { readonly: true })
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      const rows = db.prepare('SELECT count(*) FROM result').pluck().get() as number
      expect(rows % 20).toBe(1)
      expect(rows).toBeGreaterThan(last)
      last = rows
      db.close()
    }
    writing = false
    await writer
    expect(locks()).toBe(before)
  })
})
