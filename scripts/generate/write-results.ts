import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { publishedStatements } from '../../src/backends/results/published-schema.ts'
import type { CurrentVersionRow } from '../../src/backends/results/results.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { testId } from '../../src/domain/test/test.ts'
import type { World } from './world.ts'

/**
 * Writes a new results file as fast as SQLite can: without a journal, and with the indexes last. Returns the number
 * of rows.
 */
export function writeResults(file: string, world: World, runs: Iterable<Run>): number {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })
  const db = new Database(file)
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.pragma('locking_mode = EXCLUSIVE')
  db.pragma('foreign_keys = OFF')
  db.pragma('cache_size = -1048576')
  const { tables, indexes } = publishedStatements()
  for (const statement of tables) db.exec(statement)

  db.exec('BEGIN')
  const rows = writeRuns(db, runs)
  writeArchive(db, world)
  db.exec('COMMIT')
  for (const statement of indexes) db.exec(statement)
  db.pragma('locking_mode = NORMAL')
  db.pragma('journal_mode = WAL')
  db.close()
  return rows
}

function writeRuns(db: Database.Database, runs: Iterable<Run>): number {
  const ids = new Map<string, number>()
  const putTest = db.prepare('INSERT INTO test(id, release, arch, package) VALUES (?, ?, ?, ?)')
  const putResult = db.prepare('INSERT OR IGNORE INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  let rows = 0
  for (const run of runs) {
    const key = testId(run)
    let id = ids.get(key)
    if (id === undefined) {
      id = ids.size + 1
      ids.set(key, id)
      putTest.run(id, run.release, run.arch, run.package)
    }
    const { runId, version, triggers, duration, exitcode, requester, env } = run
    rows += putResult.run(id, runId, version, triggers, duration, exitcode, requester, env).changes
  }
  return rows
}

function writeArchive(db: Database.Database, world: World): void {
  const putVersion = db.prepare('INSERT INTO current_version VALUES (?, ?, ?, ?, ?)')
  for (const row of currentVersions(world)) {
    putVersion.run(row.release, row.pocket, row.component, row.package, row.version)
  }
  const putUrl = db.prepare('INSERT INTO url_last_checked VALUES (?, ?)')
  for (const release of world.releases) {
    for (const pocket of [release, `${release}-updates`]) {
      for (const component of ['main', 'restricted', 'universe', 'multiverse']) {
        const url = `http://archive.invalid/ubuntu/dists/${pocket}/${component}/source/Sources.gz`
        putUrl.run(url, 'Sun, 01 Nov 2026 00:00:00 GMT')
      }
    }
  }
}

function* currentVersions(world: World): Generator<CurrentVersionRow> {
  for (const [place, release] of world.releases.entries()) {
    for (const [target, name] of world.names.entries()) {
      const component = target % 11 === 0 ? 'main' : target % 67 === 0 ? 'multiverse' : 'universe'
      const pocket = target % 10 === 3 ? `${release}-updates` : release
      yield { release, pocket, component, package: name, version: world.versionAt(target, place, 1) }
    }
  }
}
