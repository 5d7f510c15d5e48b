import { type KnownAccess, listPpaContainers } from '../operations/ingest/list-ppa-containers.ts'
import type { Daemon } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

/** A container's access seldom changes, and its contents are guarded by themselves when they are read. */
const KEEP_MS = 60 * 60 * 1000

/** Keeps the list of the public PPA containers, each minute. */
export const cachePpaContainers: Daemon<'store' | 'snapshots'> = {
  name: 'cache-ppa-containers',
  async start(deps) {
    const known: KnownAccess = new Map()
    return every<'store' | 'snapshots'>(
      { seconds: 60 },
      {
        name: 'cache-ppa-containers',
        async run({ backends: { store, snapshots }, settings: { releases } }) {
          await snapshots.ppaContainers.replace(await listPpaContainers(store, releases, known, KEEP_MS))
          return undefined
        },
      },
    ).start(deps)
  },
}
