import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { serveArchive } from '../../../test/builders/archive.ts'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { eventually } from '../../../test/eventually.ts'
import { httpArchive } from '../../backends/archive/http.ts'
import type { Results } from '../../backends/results/results.ts'
import { type KnownIndexes, refreshCurrentVersions } from './refresh-current-versions.ts'

const never = new AbortController().signal

/** An archive, a database, and the refresh of one from the other. */
async function setUp({ silenceMs = 60_000 } = {}) {
  const archive = await serveArchive()
  const results = await resultsWith()
  const client = httpArchive({ url: archive.url, silenceMs })
  const known: KnownIndexes = new Map()
  const refresh = (signal = never, untoldMs?: number) =>
    refreshCurrentVersions({ archive: client, results }, ['jammy', 'noble'], signal, known, untoldMs)
  /** How many indexes are sent from now on. */
  const countSent = () => {
    archive.asked.length = 0
    return () => archive.asked.filter(({ status }) => status === 200).length
  }
  return { archive, results, refresh, countSent, restart: () => known.clear() }
}

/** `current_version` as other programs read it: `release pocket component package version`. */
async function publishedVersions(results: Results): Promise<string[]> {
  const file = join(temporaryFolder(), 'copy.db')
  await results.copyPublished(file)
  const db = new Database(file, { readonly: true })
  const rows = db.prepare('SELECT release, pocket, component, package, version FROM current_version')
  const found = rows.raw().all() as string[][]
  db.close()
  return found.map(row => row.join(' ')).sort()
}

describe('refreshing the versions in the archive', () => {
  it('reads every index of the release and of its updates', async () => {
    const { archive, results, refresh } = await setUp()
    archive.publish('noble', 'main', { gzip: '1.12-1', sed: '4.9-1' })
    archive.publish('noble', 'universe', { hello: '2.10-3' })
    archive.publish('noble-updates', 'main', { gzip: '1.12-1ubuntu1' })
    archive.publish('jammy', 'main', { gzip: '1.10-1' })
    expect(await refresh()).toEqual({ changed: 4, untold: [], failures: [] })
    expect(await publishedVersions(results)).toEqual([
      'jammy jammy main gzip 1.10-1',
      'noble noble main sed 4.9-1',
      'noble noble universe hello 2.10-3',
      'noble noble-updates main gzip 1.12-1ubuntu1',
    ])
  })

  it('reads no index twice that did not change', async () => {
    const { archive, results, refresh } = await setUp()
    archive.publish('noble', 'main', { gzip: '1' })
    archive.publish('noble', 'universe', { hello: '1' })
    await refresh()
    const version = await results.currentVersions().version()
    archive.asked.length = 0
    expect((await refresh()).changed).toBe(0)
    expect(archive.asked.filter(({ status }) => status === 200)).toEqual([])
    expect(await results.currentVersions().version()).toBe(version)

    archive.publish('noble', 'universe', { hello: '2' })
    expect((await refresh()).changed).toBe(1)
    expect(await results.currentVersions().version()).not.toBe(version)
    expect(await publishedVersions(results)).toContain('noble noble universe hello 2')
  })

  it('asks by a tag where the archive gives no time', async () => {
    const { archive, results, refresh, countSent } = await setUp()
    archive.describes = 'tag'
    archive.publish('noble', 'main', { gzip: '1' })
    expect(await refresh()).toMatchObject({ changed: 1, untold: [] })
    const sent = countSent()
    expect((await refresh()).changed).toBe(0)
    expect(sent()).toBe(0)
    archive.publish('noble', 'main', { gzip: '2' })
    expect((await refresh()).changed).toBe(1)
    expect(await publishedVersions(results)).toEqual(['noble noble main gzip 2'])
  })

  it('reads seldom what the archive does not describe, and says once which', async () => {
    const { archive, results, refresh, countSent } = await setUp()
    archive.describes = 'nothing'
    archive.publish('noble', 'main', { gzip: '1' })
    const untold = [`${archive.url}/dists/noble/main/source/Sources.gz`]
    expect(await refresh()).toEqual({ changed: 1, untold, failures: [] })
    const version = await results.currentVersions().version()
    const sent = countSent()
    for (let minute = 0; minute < 3; minute++)
      expect(await refresh()).toMatchObject({ changed: 0, untold: [] })
    expect(sent()).toBe(0)
    expect(await results.currentVersions().version()).toBe(version)
  })

  it.each(['nothing', 'badly'] as const)(
    'takes no index that is sent again for a change: described by %s',
    async describes => {
      const { archive, results, refresh, restart } = await setUp()
      archive.describes = describes
      archive.publish('noble', 'main', { gzip: '1' })
      await refresh(never, 0)
      const version = await results.currentVersions().version()
      expect((await refresh(never, 0)).changed).toBe(0)
      restart()
      expect((await refresh(never, 0)).changed).toBe(0)
      expect(await results.currentVersions().version()).toBe(version)

      archive.publish('noble', 'main', { gzip: '2' })
      expect((await refresh(never, 0)).changed).toBe(1)
      expect(await results.currentVersions().version()).not.toBe(version)
      expect(await publishedVersions(results)).toEqual(['noble noble main gzip 2'])
    },
  )

  it('lets an index rest that is sent again with another time and the same bytes', async () => {
    const { archive, refresh, countSent } = await setUp()
    archive.describes = 'badly'
    archive.publish('noble', 'main', { gzip: '1' })
    expect((await refresh()).untold).toEqual([])
    expect((await refresh()).untold).toHaveLength(1)
    const sent = countSent()
    expect((await refresh()).untold).toEqual([])
    expect(sent()).toBe(0)
  })

  it('reads an index again, resting or not, once the database has forgotten it', async () => {
    const { archive, results, refresh } = await setUp()
    archive.describes = 'nothing'
    archive.publish('noble', 'main', { gzip: '1' })
    await refresh()
    await results.currentVersions().forget('noble')
    expect((await refresh()).changed).toBe(1)
    expect(await publishedVersions(results)).toEqual(['noble noble main gzip 1'])
  })

  it('leaves the rows of an index that is broken, and reads the others', async () => {
    const { archive, results, refresh } = await setUp()
    archive.publish('jammy', 'main', { gzip: '1' })
    archive.publish('noble', 'main', { gzip: '1' })
    await refresh()
    archive.publish('jammy', 'main', Buffer.from('<html>Please log in</html>'))
    archive.publish('noble', 'main', { gzip: '2' })
    const { changed, failures } = await refresh()
    expect(changed).toBe(1)
    expect(failures).toEqual([`${archive.url}/dists/jammy/main/source/Sources.gz: no source package in it`])
    expect(await publishedVersions(results)).toEqual(['jammy jammy main gzip 1', 'noble noble main gzip 2'])
  })

  it.each(['failing', 'silent'] as const)(
    'leaves all rows and gives up soon while the archive is %s',
    async mood => {
      const { archive, results, refresh } = await setUp({ silenceMs: 100 })
      // A busy machine is silent for a moment, too
      const refreshWell = () => eventually(async () => expect((await refresh()).failures).toEqual([]))
      archive.publish('noble', 'main', { gzip: '1' })
      await refreshWell()
      archive.mood = mood
      const { changed, failures } = await refresh()
      expect([changed, failures.length]).toEqual([0, 2])
      expect(await publishedVersions(results)).toEqual(['noble noble main gzip 1'])

      archive.mood = 'well'
      archive.publish('noble', 'main', { gzip: '2' })
      await refreshWell()
      expect(await publishedVersions(results)).toEqual(['noble noble main gzip 2'])
    },
  )

  it('ends when it is asked to', async () => {
    const { archive, refresh } = await setUp({ silenceMs: 3_600_000 })
    archive.mood = 'silent'
    await refresh(AbortSignal.timeout(50))
  })
})
