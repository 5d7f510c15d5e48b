import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { publishedFiles } from '../../src/backends/published/files.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { silentLog as log } from '../../src/log.ts'
import { backupDatabases } from '../../src/operations/backups/backup-databases.ts'
import { publishDatabase } from '../../src/operations/publish/publish-database.ts'
import { openSpool } from '../../src/worker/spool.ts'
import { aRun } from '../builders/run.ts'
import { describeWhereAllowed } from '../servers/harness/index.ts'
import { makeSmallDisk, noSmallDisk, type SmallDisk } from './small-disk.ts'

describeWhereAllowed(noSmallDisk(), [], 'what writes files, on a full disk', () => {
  const unaborted = new AbortController().signal
  let folder: string
  let disk: SmallDisk
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'full-disk-'))
    disk = makeSmallDisk(join(folder, 'data'), 8)
  })
  afterAll(() => {
    disk?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const inDisk = (...parts: string[]) => join(disk.folder, ...parts)
  const filesIn = (path: string) => (readdirSync(path, { recursive: true }) as string[]).toSorted()
  /** A site with its state elsewhere, so that its locks can be had. */
  async function aService() {
    const results = await sqliteResults({ file: join(folder, 'results.db'), log })
    const state = await sqliteState({ file: join(folder, 'state.db'), log })
    onTestFinished(async () => {
      await results.close()
      await state.close()
      disk.free()
    })
    return { results, state, published: publishedFiles({ file: inDisk('public', 'autopkgtest.db') }) }
  }
  function publishedPair() {
    const bytes = readFileSync(inDisk('public', 'autopkgtest.db'))
    expect(readFileSync(inDisk('public', 'autopkgtest.db.sha256'), 'latin1')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    )
    return bytes
  }

  it('leaves the published pair whole, and publishes what has come since once there is room', async () => {
    const service = await aService()
    await service.results.record([aRun()])
    const { version } = await publishDatabase(service, undefined, unaborted)
    const [before, files] = [publishedPair(), filesIn(inDisk('public'))]
    await service.results.record([aRun()])
    disk.fill()
    for (let tries = 0; tries < 3; tries++) {
      await expect(publishDatabase(service, version, unaborted)).rejects.toThrow(
        /autopkgtest\.db\S* cannot be written: the disk is full \(ENOSPC\)/,
      )
      expect(publishedPair()).toEqual(before)
      expect(filesIn(inDisk('public')).filter(name => name !== 'ballast')).toEqual(files)
    }
    disk.free()
    expect(await publishDatabase(service, version, unaborted)).toMatchObject({ outcome: 'published' })
    expect(publishedPair()).not.toEqual(before)
  })

  it('keeps old backups while a new one has no room, and nothing of that one', async () => {
    const service = await aService()
    const store = filesystemStore({ root: inDisk('store') })
    const deps = { ...service, store }
    await service.results.record([aRun()])
    const day = (n: number) => new Date(Date.UTC(2026, 9, n))
    await backupDatabases(deps, day(1), unaborted)
    const files = filesIn(inDisk('store'))
    disk.fill()
    await expect(backupDatabases(deps, day(2), unaborted)).rejects.toThrow('ENOSPC')
    expect(filesIn(inDisk('store'))).toEqual(files)
    disk.free()
    await backupDatabases(deps, day(2), unaborted)
    expect(filesIn(inDisk('store')).length).toBeGreaterThan(files.length)
  })

  it('takes no request that a worker cannot keep', () => {
    const spool = openSpool(inDisk('spool'))
    const delivery = { body: Buffer.alloc(20_000, 'x'), redelivered: false, headers: {} }
    disk.fill()
    try {
      expect(() => spool.keep('debci-noble-amd64', delivery)).toThrow(/cannot write to \S+\/spool: ENOSPC/)
      expect(filesIn(inDisk('spool'))).toEqual(['worker.lock'])
    } finally {
      disk.free()
    }
    expect(spool.keep('debci-noble-amd64', delivery).body).toEqual(delivery.body)
    expect(spool.leftovers()).toHaveLength(1)
    spool.close()
  })
})
