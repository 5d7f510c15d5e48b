import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { RESULTS_BACKUPS, STATE_BACKUPS } from '../../src/operations/backups/stored-backups.ts'
import { run } from '../builders/command-line.ts'
import { aRequest } from '../builders/request.ts'
import { aRun } from '../builders/run.ts'
import { aSite } from '../builders/site.ts'

type Site = ReturnType<typeof aSite>

const NOW = new Date('2026-11-20T12:00:00Z')
const DATABASES = ['autopkgtest.db', 'derived.db', 'state.db']

/** Runs of several tests, with a gap in the numbers of rows; a request; and a point. */
async function fill(site: Site) {
  const [results, state] = [await site.results(), await site.state()]
  const runs = ['hello', 'zlib', 'libxml2'].flatMap(name => [
    aRun().of(name).by('joe'),
    aRun().of(name).on('jammy', 'arm64').with({ requester: null, duration: null }),
  ])
  const gone = aRun().of('gone')
  await results.record([...runs.slice(0, 3), gone, ...runs.slice(3)])
  await results.remove([gone])
  await results
    .currentVersions()
    .refresh('http://a.invalid/dists/noble/main/source/Sources.gz', 'Sunday', [
      { release: 'noble', pocket: 'noble', component: 'main', package: 'hello', version: '2' },
    ])
  const request = aRequest()
  await state.requests.claim([request], 300, NOW)
  await state.setPoint('far', 'as far')
  const id = await results.id()
  await results.close()
  await state.close()
  return { runs, request, id }
}

/** Every row of the results file, with its number. */
function rowsOf(file: string) {
  const db = new Database(file, { readonly: true })
  try {
    return ['test', 'result', 'current_version', 'url_last_checked'].map(table =>
      db.prepare(`SELECT rowid, * FROM ${table} ORDER BY rowid`).all(),
    )
  } finally {
    db.close()
  }
}

const db = (site: Site, ...args: string[]) => run('db', ...args, '--config', site.config)

function destroy(site: Site): void {
  for (const file of readdirSync(site.dir)) {
    if (DATABASES.some(name => file.startsWith(name))) rmSync(site.file(file))
  }
}

describe('a restore drill', () => {
  it('backs up, destroys, restores, and has every row as it was', async () => {
    const site = aSite()
    const { request, id } = await fill(site)
    const before = rowsOf(site.file('autopkgtest.db'))
    const backup = await db(site, 'backup')
    expect([backup.status, backup.stderr]).toEqual([0, ''])
    const form = String.raw`\d{4}/\d\d/\d\d/\d\d_\d\d_\d\d/[0-9a-f]{32}`
    expect(backup.stdout).toMatch(
      new RegExp(`^db-backups/${form}/db\\.zst\ndb-backups-state/${form}/state\\.zst\n0 old ones removed\n$`),
    )
    expect(await site.store.access('db-backups-state')).toBe('private')

    destroy(site)
    const restored = await db(site, 'restore')
    expect([restored.status, restored.stdout.match(/^restored /gm)]).toEqual([0, ['restored ', 'restored ']])
    expect(rowsOf(site.file('autopkgtest.db'))).toEqual(before)
    const [results, state] = [await site.results(), await site.state()]
    expect(await results.id()).toBe(id)
    expect(await results.check()).toEqual([])
    expect(await state.requests.byUuid(request.uuid)).toMatchObject({ ...request, state: 'claimed' })
    expect(await state.point('far')).toBe('as far')
    expect(readdirSync(site.dir).filter(name => /backup|restored/.test(name))).toEqual([])
  })

  it('goes on where a file is damaged', async () => {
    const site = aSite()
    await fill(site)
    const before = rowsOf(site.file('autopkgtest.db'))
    await db(site, 'backup')
    destroy(site)
    for (const name of DATABASES) writeFileSync(site.file(name), 'no database at all '.repeat(1000))
    const refused = await db(site, 'restore', '--only', 'results')
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain('cannot be read: --force replaces it with the backup')
    expect((await db(site, 'restore', '--force')).stderr).toContain('download-all-results')
    expect(rowsOf(site.file('autopkgtest.db'))).toEqual(before)
    expect(await (await site.derived()).backlog()).toBe(0)
  })
})

describe('db restore', () => {
  it('refuses while something has a database open, and where data would be lost', async () => {
    const site = aSite()
    await fill(site)
    await db(site, 'backup')
    const there = await db(site, 'restore')
    expect([there.status, there.stderr]).toEqual([
      1,
      `autopkgtest-web: ${site.file('autopkgtest.db')} holds results: --force replaces it with the backup\n`,
    ])
    const used = await db(site, 'restore', '--only', 'state')
    expect(used.stderr).toContain('the state is not empty: --force replaces it with the backup')
    for (const open of [site.results, site.derived, site.state]) {
      const opened = await open()
      const running = await db(site, 'restore', '--force')
      expect(running.stderr).toContain('is in use: stop the website and the daemons first')
      await opened.close()
    }
    expect((await db(site, 'restore', '--force')).status).toBe(0)
  })

  it('takes the one that is asked for, and lists them', async () => {
    const site = aSite()
    await fill(site)
    await db(site, 'backup', '--json')
    const results = await site.results()
    await results.record([aRun()])
    await results.close()
    await new Promise(resolve => setTimeout(resolve, 1000))
    await db(site, 'backup')
    const { stdout } = await db(site, 'restore', '--list')
    const names = stdout.split('\n').filter(line => line.startsWith('db-backups/'))
    expect(names).toHaveLength(2)
    const first = (names[0] as string).split('/').slice(1, 5).join('/')
    await db(site, 'restore', first, '--force', '--only', 'results')
    expect(await (await site.results()).newest({ limit: 99, offset: 0 })).toHaveLength(6)
    expect((await db(site, 'restore', '1999')).stderr).toContain('there is no backup db-backups/1999…')
  })

  it('refuses a backup that is damaged, and leaves all as it was', async () => {
    const site = aSite()
    await fill(site)
    const before = rowsOf(site.file('autopkgtest.db'))
    const { results, state } = JSON.parse((await db(site, 'backup', '--json')).stdout)
    const restore = () => db(site, 'restore', '--force')
    const path = (kind: { container: string }, name: string) => site.file(`store/${kind.container}/${name}`)
    const file = path(STATE_BACKUPS, state)
    const whole = readFileSync(file)
    writeFileSync(file, whole.subarray(0, -20))
    expect((await restore()).stderr).toMatch(/is damaged/)
    copyFileSync(path(RESULTS_BACKUPS, results), file)
    expect((await restore()).stderr).toContain('its contents do not match the checksum in its name')
    writeFileSync(file, whole)
    writeFileSync(path(RESULTS_BACKUPS, results), whole)
    expect((await restore()).status).toBe(1)
    expect(rowsOf(site.file('autopkgtest.db'))).toEqual(before)
    expect(existsSync(site.file('autopkgtest.db.backup'))).toBe(false)
  })
})
