import { describe, expect, it } from 'vitest'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/builders/site.ts'
import { publishedFiles } from '../../backends/published/files.ts'
import type { Store } from '../../backends/store/store.ts'
import { backupDatabases, isBackupDue } from './backup-databases.ts'
import {
  type BackupKind,
  backupName,
  backupTime,
  chooseBackup,
  listBackups,
  RESULTS_BACKUPS,
  STATE_BACKUPS,
} from './stored-backups.ts'

const DAY_MS = 86_400_000
const NOW = new Date('2026-11-20T12:00:00Z')
const daysLater = (days: number) => new Date(NOW.getTime() + days * DAY_MS)
const unaborted = new AbortController().signal

/** A site with a backup of each of the days before. */
async function siteWithBackups(days: number) {
  const site = aSite()
  const [results, state] = [await site.results(), await site.state()]
  await results.record([aRun()])
  const { store } = site
  const put = (kind: BackupKind, at: Date) =>
    store.put(kind.container, backupName(kind, at, 'a'.repeat(32)), Buffer.from('x'))
  for (const kind of [RESULTS_BACKUPS, STATE_BACKUPS]) {
    await store.createContainer(kind.container, 'private')
    for (let day = 1; day <= days; day++) await put(kind, daysLater(-day))
  }
  const deps = {
    results,
    state,
    store,
    published: publishedFiles({ file: site.file('public/autopkgtest.db') }),
  }
  return {
    store,
    put,
    backup: (now: Date) => backupDatabases(deps, now, unaborted),
    days: async () =>
      (await listBackups(store, STATE_BACKUPS)).map(
        name => ((backupTime(name) as number) - NOW.getTime()) / DAY_MS,
      ),
  }
}

describe('old backups', () => {
  it('are listed to the end of a store that gives a few names at a time', async () => {
    const { store } = await siteWithBackups(5)
    const few: Pick<Store, 'list'> = {
      list: (container, query) => store.list(container, { ...query, limit: 2 }),
    }
    expect(await listBackups(few, STATE_BACKUPS)).toEqual(await listBackups(store, STATE_BACKUPS))
    expect(await listBackups(few, STATE_BACKUPS)).toHaveLength(5)
  })

  it('go when they are older than 30 days and 30 are newer', async () => {
    const site = await siteWithBackups(33)
    await site.store.put(STATE_BACKUPS.container, 'notes/of/an/operator', Buffer.from('x'))
    expect(await site.backup(NOW)).toMatchObject({ removed: 6 })
    expect(await site.days()).toEqual(Array.from({ length: 31 }, (_, n) => n - 30))
    expect(await site.store.head(STATE_BACKUPS.container, 'notes/of/an/operator')).toBeDefined()
  })

  it('stay while there are no others, as when nobody made any for months', async () => {
    const site = await siteWithBackups(5)
    expect(await site.backup(daysLater(200))).toMatchObject({ removed: 0 })
    expect(await site.days()).toEqual([-5, -4, -3, -2, -1, 200])
  })

  it('do not go all at once because the clock is years ahead', async () => {
    const site = await siteWithBackups(30)
    await site.backup(daysLater(3000))
    expect(await site.days()).toHaveLength(30)
  })
})

describe('a backup from the future, made while the clock was ahead', () => {
  it('is no reason to make none, nor to make one each time', async () => {
    const site = await siteWithBackups(2)
    await site.put(STATE_BACKUPS, daysLater(3000))
    expect(await isBackupDue(site.store, NOW)).toBe(true)
    await site.backup(NOW)
    expect(await isBackupDue(site.store, NOW)).toBe(false)
    expect(await isBackupDue(site.store, daysLater(1.01))).toBe(true)
  })

  it('is restored only if it is asked for', async () => {
    const site = await siteWithBackups(2)
    await site.put(STATE_BACKUPS, daysLater(3000))
    expect(await chooseBackup(site.store, STATE_BACKUPS, undefined, NOW)).toMatch(/^2026\/11\/19\//)
    expect(await chooseBackup(site.store, STATE_BACKUPS, '2035/', NOW)).toMatch(/^2035\//)
    await expect(chooseBackup(site.store, STATE_BACKUPS, '2040/', NOW)).rejects.toThrow(
      'there is no backup db-backups-state/2040/…',
    )
  })
})
