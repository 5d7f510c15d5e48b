import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Published } from '../../backends/published/published.ts'
import type { Results } from '../../backends/results/results.ts'
import type { State } from '../../backends/state/state.ts'
import type { Store } from '../../backends/store/store.ts'
import { printStateDump } from '../../contracts/files/state-dump.ts'
import { Unavailable } from '../../domain/errors.ts'
import { UNFILLED } from '../ingest/first-fill.ts'
import { publishDatabase } from '../publish/publish-database.ts'
import {
  type BackupKind,
  backupName,
  backupTime,
  listBackups,
  RESULTS_BACKUPS,
  STATE_BACKUPS,
} from './stored-backups.ts'
import { compress } from './zstd.ts'

interface Deps {
  readonly results: Results
  readonly state: State
  readonly published: Published
  readonly store: Store
}

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_DAYS = 30
/** Kept whatever their age: a clock that is years ahead must not cost more than a backup a day. */
const KEPT_AT_LEAST = KEPT_DAYS

/** What a backup is called, and how many old ones went. */
export interface Backup {
  readonly results: string
  readonly state: string
  readonly removed: number
}

/**
 * Stores compressed copies of the published results database and of the state, and removes copies older than 30 days,
 * except for the newest 30 of each. Returns undefined if another process is doing it. Throws Forbidden if the store
 * is read-only.
 */
export function backupDatabases(deps: Deps, now: Date, signal: AbortSignal): Promise<Backup | undefined> {
  return deps.state.withLock('backup-db', async lost => {
    const ended = AbortSignal.any([signal, lost])
    for (const { container } of [RESULTS_BACKUPS, STATE_BACKUPS])
      await deps.store.createContainer(container, 'private')
    const folder = await mkdtemp(join(tmpdir(), 'autopkgtest-web-backup-'))
    try {
      const { outcome } = await publishDatabase(deps, undefined, ended)
      if (outcome === 'unfilled') throw new Unavailable(UNFILLED)
      const newest = await deps.published.current()
      if (newest === undefined) throw new Unavailable('the results database is not published yet')
      const copy = createReadStream(newest.file)
      const results = await putBackup(deps.store, RESULTS_BACKUPS, copy, { folder, now, signal: ended })
      const rows = printStateDump(deps.state.dump())
      const state = await putBackup(deps.store, STATE_BACKUPS, rows, { folder, now, signal: ended })
      const removed = await removeOld(deps.store, now)
      return { results, state, removed }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

/** Whether the last backup is a day old. Those that seem to come from the future say nothing: the clock was ahead. */
export async function isBackupDue(store: Pick<Store, 'list'>, now: Date): Promise<boolean> {
  const names = await listBackups(store, STATE_BACKUPS)
  return !names.some(name => Math.abs(now.getTime() - (backupTime(name) as number)) < DAY_MS)
}

async function putBackup(
  store: Pick<Store, 'put'>,
  kind: BackupKind,
  source: AsyncIterable<string | Uint8Array>,
  { folder, now, signal }: { folder: string; now: Date; signal: AbortSignal },
): Promise<string> {
  const file = join(folder, kind.file)
  const { md5 } = await compress(source, file)
  signal.throwIfAborted()
  const name = backupName(kind, now, md5)
  await store.put(kind.container, name, createReadStream(file), { contentType: 'application/zstd' })
  return name
}

async function removeOld(store: Pick<Store, 'list' | 'remove'>, now: Date): Promise<number> {
  let removed = 0
  for (const kind of [RESULTS_BACKUPS, STATE_BACKUPS]) {
    const names = await listBackups(store, kind)
    const oldest = now.getTime() - KEPT_DAYS * DAY_MS
    const old = names.slice(0, -KEPT_AT_LEAST).filter(name => (backupTime(name) as number) < oldest)
    for (const name of old) await store.remove(kind.container, name)
    removed += old.length
  }
  return removed
}
