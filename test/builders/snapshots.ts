import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { snapshotFiles } from '../../src/backends/snapshots/files.ts'
import type { Snapshots } from '../../src/backends/snapshots/snapshots.ts'

/** Snapshots under their usual names in a folder; they are closed when the test ends. */
export function openSnapshotsIn(folder: string): Snapshots {
  const snapshots = snapshotFiles({
    running: join(folder, 'running.json'),
    queued: join(folder, 'queued.json'),
    statistics: join(folder, 'stats.json'),
    machineTime: join(folder, 'machine-time.json'),
    ppaContainers: join(folder, 'ppa_containers.json'),
    excuseDifferences: join(folder, 'excuse-differences.json'),
    alerts: join(folder, 'alert.txt'),
  })
  onTestFinished(() => snapshots.close())
  return snapshots
}
