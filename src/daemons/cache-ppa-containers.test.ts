import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startDaemon } from '../../test/builders/daemons.ts'
import { temporaryFolder } from '../../test/builders/databases.ts'
import { openSnapshotsIn } from '../../test/builders/snapshots.ts'
import { eventually } from '../../test/eventually.ts'
import { filesystemStore } from '../backends/store/filesystem/filesystem.ts'
import { cachePpaContainers } from './cache-ppa-containers.ts'

describe('the daemon that keeps the list of PPA containers', () => {
  it('writes their names as a JSON array', async () => {
    const [root, folder] = [temporaryFolder(), temporaryFolder()]
    for (const name of ['autopkgtest-noble', 'autopkgtest-noble-alice-tools']) await mkdir(join(root, name))
    const backends = { store: filesystemStore({ root }), snapshots: openSnapshotsIn(folder) }
    await startDaemon(cachePpaContainers, backends)
    const file = join(folder, 'ppa_containers.json')
    await eventually(async () =>
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(['autopkgtest-noble-alice-tools']),
    )
  })

  it('keeps the old list while the store is unavailable, and is ill', async () => {
    const folder = temporaryFolder()
    const snapshots = openSnapshotsIn(folder)
    await snapshots.ppaContainers.replace(['autopkgtest-noble-alice-tools'])
    const store = filesystemStore({ root: join(folder, 'gone') })
    const running = await startDaemon(cachePpaContainers, { store, snapshots })
    await eventually(() => expect(running.health().ok).toBe(false))
    expect(snapshots.ppaContainers.current().value).toEqual(['autopkgtest-noble-alice-tools'])
  })
})
