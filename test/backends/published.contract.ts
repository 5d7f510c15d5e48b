import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Results } from '../../src/backends/results/results.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRun } from '../builders/run.ts'

const NOBLE = 'http://archive.invalid/ubuntu/dists/noble/main/source/Sources.gz'
const SUNDAY = 'Sun, 01 Nov 2026 00:00:00 GMT'

/**
 * What other programs find in the published copy of every engine. `open` gives an empty database of its own in a
 * folder.
 */
export function describePublished(engine: string, open: (folder: string) => Promise<Results>): void {
  const openResults = async (): Promise<Results> => {
    const results = await open(temporaryFolder())
    onTestFinished(() => results.close())
    return results
  }
  /** The copy as a client sees it: alone, and read-only. */
  const publish = async (results: Results) => {
    const file = join(temporaryFolder(), 'autopkgtest.db')
    const published = await results.copyPublished(file)
    const db = new Database(file, { readonly: true })
    onTestFinished(() => void db.close())
    return { ...published, file, db }
  }
  const someRuns = [
    aRun().of('hello').failing().named('20260901_120000_bbbbb@'),
    aRun().of('hello').passing().named('20260901_110000_aaaaa@').by('joe'),
    aRun().of('hello').on('noble', 's390x').neutral().named('20260901_130000_ccccc@').allProposed(),
    aRun().of('dpkg', '1.22').named('20260901_100000_ddddd@').with({ requester: null, env: null }),
  ]

  describe(`the database published from ${engine}, to its clients`, () => {
    let results: Results
    let folder: string
    let copy: { sha256: string; bytes: number }
    let db: Database.Database
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-test-'))
      results = await open(folder)
      const row = {
        release: 'noble',
        pocket: 'noble',
        component: 'main',
        package: 'hello',
        version: '2.10-3',
      }
      await results.currentVersions().refresh(NOBLE, SUNDAY, [row])
      await results.record(someRuns)
      copy = await results.copyPublished(join(folder, 'copy.db'))
      db = new Database(join(folder, 'copy.db'), { readonly: true })
    })
    afterAll(async () => {
      db.close()
      await results.close()
      rmSync(folder, { recursive: true })
    })

    it('is a plain file in rollback-journal mode, whole, and of the hash that was said', async () => {
      const bytes = readFileSync(join(folder, 'copy.db'))
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(copy.sha256)
      expect(bytes.length).toBe(copy.bytes)
      expect(db.pragma('journal_mode', { simple: true })).toBe('delete')
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      expect(readdirSync(folder).filter(name => name.startsWith('copy'))).toEqual(['copy.db'])
    })

    it('has the four tables and their indexes, column for column, and nothing else', async () => {
      const columns = (table: string) =>
        db.pragma(`table_info(${table})`) as { name: string; type: string; pk: number }[]
      const shape = (table: string) =>
        columns(table).map(({ name, type, pk }) => `${name} ${type}${pk ? ` ${pk}` : ''}`)
      expect(shape('test')).toEqual([
        'id INTEGER 1',
        'release CHAR[20]',
        'arch CHAR[20]',
        'package char[120]',
      ])
      expect(shape('result')).toEqual([
        'test_id INTEGER 1',
        'run_id CHAR[30] 2',
        'version VARCHAR[200]',
        'triggers TEXT',
        'duration INTEGER',
        'exitcode INTEGER',
        'requester TEXT',
        'env TEXT',
      ])
      expect(shape('current_version')).toEqual([
        'release CHAR[20] 1',
        'pocket CHAR[40]',
        'component CHAR[10]',
        'package CHAR[50] 2',
        'version CHAR[120]',
      ])
      expect(shape('url_last_checked')).toEqual(['url CHAR[100] 1', 'timestamp CHAR[50]'])
      const names = db
        .prepare("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_auto%'")
        .pluck()
        .all()
      expect(names.toSorted()).toEqual([
        'current_version',
        'current_version_pocket_ix',
        'result',
        'result_requester_idx',
        'result_run_ix',
        'result_test_id_ix',
        'test',
        'test_id_ix',
        'test_package_uix',
        'url_last_checked',
      ])
    })

    it('has every row as it was recorded, with whole numbers as such', async () => {
      const rows = db
        .prepare(
          `SELECT release, arch, package, run_id AS runId, version, triggers, duration, exitcode, requester, env
          FROM test JOIN result ON id = test_id ORDER BY run_id`,
        )
        .all()
      expect(rows).toEqual(someRuns.toSorted((a, b) => (a.runId < b.runId ? -1 : 1)))
      const types = db.prepare('SELECT DISTINCT typeof(duration), typeof(exitcode) FROM result').raw().all()
      expect(types).toEqual([['integer', 'integer']])
    })

    it('britney: gives the runs of a test after a run id in the order of run ids, without being asked to', async () => {
      const rows = db
        .prepare(
          `SELECT r.exitcode,r.version,r.triggers,r.run_id FROM test AS t LEFT JOIN result AS r ON t.id=r.test_id
          WHERE t.release=? AND t.arch=? AND t.package=? AND r.run_id > ?`,
        )
        .raw()
        .all('noble', 'amd64', 'hello', '20260901_100000')
      expect(rows).toEqual([
        [0, '2.10-3', 'hello/2.10-3', '20260901_110000_aaaaa@'],
        [4, '2.10-3', 'hello/2.10-3', '20260901_120000_bbbbb@'],
      ])
    })

    it('auto-mir: gives the newest runs of a package in a release', async () => {
      const rows = db
        .prepare(
          `SELECT t.arch, r.exitcode, r.version, r.run_id FROM test t JOIN result r ON t.id = r.test_id
          WHERE t.package = ? AND t.release = ? ORDER BY r.run_id DESC LIMIT 100`,
        )
        .raw()
        .all('hello', 'noble')
      expect(rows.map(row => (row as string[])[0])).toEqual(['s390x', 'amd64', 'amd64'])
    })

    it('autopkgtest-diff: gives distinct runs by package and arch', async () => {
      const rows = db
        .prepare(
          `SELECT distinct(result.run_id), result.exitcode, package, test.arch, result.triggers FROM test, result
          WHERE package='hello' AND arch='amd64' AND release='noble' AND id = result.test_id ORDER BY package`,
        )
        .all()
      expect(rows).toHaveLength(2)
    })

    it('autopkgtest-db-reports: joins runs with the current versions, and finds what never passed', async () => {
      const row = {
        release: 'noble',
        pocket: 'noble',
        component: 'main',
        package: 'hello',
        version: '2.10-3',
      }
      await results.currentVersions().refresh(NOBLE, SUNDAY, [row])
      const [report] = db
        .prepare(
          `SELECT count(*) AS runs, avg(duration) AS average, max(duration) AS longest, sum(duration) AS sum
          FROM test t JOIN result r ON r.test_id = t.id
          JOIN current_version c ON c.package = t.package AND c.release = t.release AND c.version = r.version`,
        )
        .all()
      expect(report).toEqual({ runs: 3, average: 71, longest: 71, sum: 213 })
      const never = db
        .prepare(
          `SELECT package, arch FROM test EXCEPT
          SELECT package, arch FROM test JOIN result ON id = test_id WHERE exitcode = 0`,
        )
        .raw()
        .all()
      expect(never).toEqual([['hello', 's390x']])
      expect(db.prepare('SELECT * FROM url_last_checked').all()).toEqual([{ url: NOBLE, timestamp: SUNDAY }])
    })

    it('seed-new-release: finds the newest run of each package and arch', async () => {
      const rows = db
        .prepare(
          'SELECT package, arch, MAX(run_id) FROM test JOIN result ON id = test_id GROUP BY package, arch',
        )
        .raw()
        .all()
      expect(rows).toContainEqual(['hello', 'amd64', '20260901_120000_bbbbb@'])
    })
  })

  describe(`copying from ${engine}`, () => {
    it('follows what is recorded later, copy by copy', async () => {
      const results = await openResults()
      const count = async () =>
        (await publish(results)).db.prepare('SELECT count(*) FROM result').pluck().get()
      expect(await count()).toBe(0)
      await results.record(someRuns.slice(0, 1))
      expect(await count()).toBe(1)
      await results.record(someRuns)
      expect(await count()).toBe(4)
      await results.record(someRuns)
      expect(await count()).toBe(4)
    })

    it('leaves nothing behind when the target cannot be written, or when told to stop', async () => {
      const results = await openResults()
      const nowhere = join(temporaryFolder(), 'missing', 'autopkgtest.db')
      await expect(results.copyPublished(nowhere)).rejects.toThrow(/ENOENT|unable to open/)
      const file = join(temporaryFolder(), 'autopkgtest.db')
      await expect(results.copyPublished(file, AbortSignal.timeout(1))).rejects.toThrow(/timeout|aborted/)
      expect(existsSync(file)).toBe(false)
    })
  })

  describe(`the archive's versions on ${engine}`, () => {
    const index = (pocket: string, component = 'main') =>
      `http://archive.invalid/ubuntu/dists/${pocket}/${component}/source/Sources.gz`
    const row = (name: string, version: string, pocket = 'noble', component = 'main') => ({
      release: 'noble',
      pocket,
      component,
      package: name,
      version,
    })
    const rowsOf = async (results: Results) =>
      (await publish(results)).db
        .prepare('SELECT package, version, pocket, component FROM current_version ORDER BY package')
        .raw()
        .all()

    it('keeps of each package the newest version of all pockets, whichever is read last', async () => {
      const results = await openResults()
      const current = results.currentVersions()
      await current.refresh(index('noble-updates'), SUNDAY, [
        row('hello', '2.10-3ubuntu0.1', 'noble-updates'),
      ])
      await current.refresh(index('noble'), SUNDAY, [row('hello', '2.10-3'), row('dpkg', '1.22')])
      await current.refresh(index('noble', 'universe'), SUNDAY, [row('dpkg', '1.22', 'noble', 'universe')])
      expect(await rowsOf(results)).toEqual([
        ['dpkg', '1.22', 'noble', 'universe'],
        ['hello', '2.10-3ubuntu0.1', 'noble-updates', 'main'],
      ])
    })

    it('drops what an index says no more, and has the others of its release read again', async () => {
      const results = await openResults()
      const current = results.currentVersions()
      await current.refresh(index('noble'), SUNDAY, [row('hello', '1'), row('gone', '1')])
      expect(await current.lastChecked(index('noble'))).toBe(SUNDAY)
      await current.refresh(index('noble'), 'Mon, 02 Nov 2026 00:00:00 GMT', [row('hello', '0')])
      expect(await rowsOf(results)).toEqual([['hello', '0', 'noble', 'main']])
      expect(await current.lastChecked(index('noble'))).toBe('Mon, 02 Nov 2026 00:00:00 GMT')
      await current.refresh(index('noble-updates'), SUNDAY, [row('hello', '2', 'noble-updates')])
      await current.refresh(index('noble-updates'), SUNDAY, [])
      expect(await rowsOf(results)).toEqual([])
      expect(await current.lastChecked(index('noble'))).toBeUndefined()
      expect(await current.lastChecked(index('noble-updates'))).toBe(SUNDAY)
    })

    it('has a version of its own, and changes nothing in the version of the runs', async () => {
      const results = await openResults()
      await results.record(someRuns)
      const runs = results.version()
      await new Promise(resolve => setTimeout(resolve, 100))
      const before = [results.version(), await results.currentVersions().version()]
      await results.currentVersions().refresh(index('noble'), SUNDAY, [row('hello', '1')])
      await new Promise(resolve => setTimeout(resolve, 100))
      expect(results.version()).toBe(before[0])
      expect(await results.currentVersions().version()).not.toBe(before[1])
      await results.record([aRun()])
      await expect.poll(() => results.version()).not.toBe(runs)
    })

    it('has the same version where an index is read again and says the same', async () => {
      const results = await openResults()
      const current = results.currentVersions()
      const MONDAY = 'Mon, 02 Nov 2026 00:00:00 GMT'
      expect(await current.refresh(index('noble'), SUNDAY, [row('hello', '1')])).toBe(true)
      const version = await current.version()
      expect(await current.refresh(index('noble'), MONDAY, [row('hello', '1')])).toBe(false)
      expect(await current.version()).toBe(version)
      expect(await current.lastChecked(index('noble'))).toBe(SUNDAY)
      // An empty one is remembered, too
      expect(await current.refresh(index('noble', 'universe'), SUNDAY, [])).toBe(true)
      expect(await current.refresh(index('noble', 'universe'), MONDAY, [])).toBe(false)
      expect(await current.refresh(index('noble'), MONDAY, [row('hello', '2')])).toBe(true)
      expect(await current.version()).not.toBe(version)
    })

    it('refuses an index that it cannot tell from others', async () => {
      const results = await openResults()
      const refresh = results.currentVersions().refresh('http://archive.invalid/Sources.gz', SUNDAY, [])
      await expect(refresh).rejects.toThrow('is not the URL of a Sources index')
    })
  })
}
