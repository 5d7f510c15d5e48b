import { createHash } from 'node:crypto'
import type { Store } from '../../backends/store/store.ts'
import { BadInput, NotFound } from '../../domain/errors.ts'
import { decompress } from './zstd.ts'

/** A kind of backup and its container; the first one is as in earlier installations. Only the owner may read them. */
export interface BackupKind {
  readonly container: string
  /** The last part of the names: `YYYY/MM/DD/HH_MM_SS/<md5 of the object>/FILE`. */
  readonly file: string
}

export const RESULTS_BACKUPS: BackupKind = { container: 'db-backups', file: 'db.zst' }
/** Apart from the others, as it holds what is secret: hashed keys, requests, what cookies are signed with. */
export const STATE_BACKUPS: BackupKind = { container: 'db-backups-state', file: 'state.zst' }

/** Clocks of machines that share a store may differ by so much. */
const CLOCK_SLACK_MS = 60 * 60 * 1000

const NAME = /^(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)_(\d\d)_(\d\d)\/([0-9a-f]{32})\/[^/]+$/

export function backupName({ file }: BackupKind, at: Date, md5: string): string {
  const [day = '', time = ''] = at.toISOString().split(/[T.]/)
  return `${day.replaceAll('-', '/')}/${time.replaceAll(':', '_')}/${md5}/${file}`
}

/** When a backup was made, in milliseconds since 1970; undefined for a name of another form. */
export function backupTime(name: string): number | undefined {
  const found = NAME.exec(name)
  if (found === null) return undefined
  const [, year, month, day, hours, minutes, seconds] = found.map(Number) as [number, ...number[]]
  return Date.UTC(year as number, (month as number) - 1, day, hours, minutes, seconds)
}

/** The names of the backups of a kind, oldest first. */
export async function listBackups(
  store: Pick<Store, 'list'>,
  { container, file }: BackupKind,
): Promise<string[]> {
  const names: string[] = []
  for (let marker: string | undefined; ; ) {
    const page = await store.list(container, { hashes: false, ...(marker !== undefined && { marker }) })
    if (page === undefined || page.length === 0) return names
    for (const entry of page) {
      marker = 'name' in entry ? entry.name : entry.subdir
      if (marker.endsWith(`/${file}`) && backupTime(marker) !== undefined) names.push(marker)
    }
  }
}

/**
 * The newest backup, of those whose name begins with `when`. One dated in the future was made while a clock was
 * ahead: it is used only if `when` selects it. Throws NotFound if there is none.
 */
export async function chooseBackup(
  store: Pick<Store, 'list'>,
  kind: BackupKind,
  when: string | undefined,
  now: Date,
): Promise<string> {
  const latest = now.getTime() + CLOCK_SLACK_MS
  const name = (await listBackups(store, kind))
    .filter(one => (when ? one.startsWith(when) : (backupTime(one) as number) <= latest))
    .at(-1)
  if (name === undefined) throw new NotFound(`there is no backup ${kind.container}/${when ?? ''}…`)
  return name
}

/** Fetches a backup into a new file, decompressed. BadInput if its contents do not match the checksum in its name. */
export async function fetchBackup(
  store: Pick<Store, 'get'>,
  { container }: BackupKind,
  name: string,
  toFile: string,
): Promise<void> {
  const object = await store.get(container, name)
  if (object === undefined) throw new NotFound(`there is no backup ${container}/${name}`)
  const hash = createHash('md5')
  object.body.on('data', chunk => hash.update(chunk))
  object.body.pause()
  await decompress(object.body, toFile)
  if (NAME.exec(name)?.[7] !== hash.digest('hex'))
    throw new BadInput(`${container}/${name} is damaged: its contents do not match the checksum in its name`)
}
