import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { publishedFiles } from '../../src/backends/published/files.ts'
import { restoreDatabases } from '../../src/backends/restore.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { Conflict } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { backupDatabases } from '../../src/operations/backups/backup-databases.ts'
import { fetchBackup, RESULTS_BACKUPS } from '../../src/operations/backups/stored-backups.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRequest } from '../builders/request.ts'
import { aRun } from '../builders/run.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

const NOW = new Date('2026-11-20T12:00:00Z')

describeWith(['postgres'], 'a restore drill on PostgreSQL', () => {
  it('backs up, and restores on another server, with the same rows in the same order', async () => {
    const folder = temporaryFolder()
    const open = async (url: string, mirror: string) => {
      const results = await postgresResults({ url, mirror: join(folder, mirror), log: silentLog })
      const [state, derived] = [
        await postgresState({ url, log: silentLog }),
        await postgresDerived({ url, log: silentLog }),
      ]
      const close = async () => {
        for (const one of [results, state, derived]) await one.close()
      }
      onTestFinished(() => close().catch(() => {}))
      return { results, state, derived, close }
    }
    const [{ url: from }, { url: to }] = [await freshDatabase(), await freshDatabase()]
    const old = await open(from, 'old.db')
    const runs = Array.from({ length: 2500 }, (_, n) =>
      aRun()
        .of(`p${n % 90}`)
        .by(n % 2 ? 'joe' : ''),
    )
    await old.results.record(runs)
    await old.results
      .currentVersions()
      .refresh('http://a.invalid/dists/noble/main/source/Sources.gz', 'Sunday', [
        { release: 'noble', pocket: 'noble', component: 'main', package: 'p1', version: '2' },
      ])
    const request = aRequest()
    await old.state.requests.claim([request], 300, NOW)

    const store = filesystemStore({ root: folder })
    const published = publishedFiles({ file: join(folder, 'public/autopkgtest.db') })
    const backup = await backupDatabases({ ...old, store, published }, NOW, new AbortController().signal)
    const copy = join(folder, 'copy.db')
    await fetchBackup(store, RESULTS_BACKUPS, backup?.results ?? '', copy)
    const state: { table: string; row: Record<string, string | number | null> }[] = []
    for await (const row of old.state.dump()) state.push({ table: row.table, row: { ...row.row } })

    const rows = async function* () {
      yield* state
    }
    const restore = (force: boolean) => {
      const server = { engine: 'postgres', url: to } as const
      const databases = {
        results: { ...server, mirror: join(folder, 'new.db') },
        derived: server,
        state: server,
      }
      return restoreDatabases(databases, { results: copy, state: rows() }, { force, log: silentLog })
    }
    const busy = await open(to, 'new.db')
    await busy.results.record([aRun().of('lost')])
    await busy.derived.indexRuns(await busy.results.id(), 'p', [aRun().of('lost')])
    await expect(restore(true)).rejects.toThrow('the database is in use')
    await busy.close()
    await expect(restore(false)).rejects.toThrow(Conflict)
    await restore(true)

    const restored = await open(to, 'new.db')
    expect(await restored.results.id()).toBe(await old.results.id())
    const all = async ({ results }: typeof old) => (await results.since(undefined, 5000)).runs
    await expect.poll(async () => (await all(restored)).length).toBe(2500)
    expect(await all(restored)).toEqual(await all(old))
    expect(await restored.results.currentVersions().versions('noble')).toEqual(new Map([['p1', '2']]))
    expect(await restored.state.requests.byUuid(request.uuid)).toMatchObject(request)
    expect(await restored.derived.newest({ release: 'noble' }, { limit: 9, offset: 0 })).toEqual([])
    expect(await restored.derived.position(await old.results.id())).toBeUndefined()
  })
})
