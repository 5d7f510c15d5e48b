import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Ask, PostgresPool } from '../../sql/postgres/postgres.ts'
import { readKeptBack, readRowsSince } from '../postgres/rows-since.ts'
import type { CurrentVersionRow } from '../results.ts'
import { type MirrorFile, openMirror } from './mirror-file.ts'

/** The progress of a mirror; kept beside it, and written only once it is true. */
interface Progress {
  readonly id: string
  /** The timeline of the server's log: a server that takes over continues it under a new number. */
  readonly timeline: string
  /** The position in the rows, as {@link readRowsSince} gives it. */
  readonly position: string | undefined
  /** The transaction before which all removals have been copied. */
  readonly removals: string
  /** The contents of `url_last_checked` when `current_version` was copied. */
  readonly archive: string
  /** When the rows were last counted, in milliseconds since 1970. */
  readonly counted: number
}

const STEP = 5_000
const COUNT_EVERY_MS = 3_600_000

const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY'
/** All visible removals; those that may come after a running transaction are copied again next time. */
const REMOVALS = 'SELECT rowid FROM results.removal WHERE xact >= $1::text::xid8'
const HORIZON = 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xact'
/**
 * https://www.postgresql.org/docs/current/continuous-archiving.html, "Timelines": the first eight digits of a
 * file.
 */
const TIMELINE = 'SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline'
const COUNT = 'SELECT count(*) AS rows FROM results.result'
const ARCHIVE = 'SELECT url, timestamp FROM results.url_last_checked ORDER BY url'
const RELEASES = 'SELECT DISTINCT release FROM results.current_version'
const VERSIONS =
  'SELECT release, pocket, component, package, version FROM results.current_version WHERE release = $1 ORDER BY package'

/**
 * Brings a local SQLite file up to date with the rows on the server: copies only new rows, compares the
 * counts now and then, and starts again if they differ. It also does so after a failover: the new server may
 * lack the last rows of the old one, and give their numbers to others.
 */
export async function updateMirror(pool: PostgresPool, file: string, id: string): Promise<void> {
  const progress = readProgress(file, id)
  const isWhole = await bringUpToDate(pool, file, id, progress)
  if (isWhole) return
  remove(file)
  if (!(await bringUpToDate(pool, file, id, undefined)))
    throw new Error(`${file} has other rows than the server`)
}

/** False if mirror and server have different numbers of rows, or another server took over meanwhile. */
async function bringUpToDate(
  pool: PostgresPool,
  file: string,
  id: string,
  known: Progress | undefined,
): Promise<boolean> {
  const timeline = await readTimeline(pool.ask)
  const progress = known?.timeline === timeline ? known : undefined
  if (progress === undefined) remove(file)
  const mirror = openMirror(file, id)
  try {
    const reached = await takeRows(pool.ask, mirror, progress?.position)
    const now = await pool.transaction(ask =>
      takeRest(ask, mirror, { ...progress, timeline, position: reached }),
    )
    if (now === undefined) return false
    mirror.finish()
    writeProgress(file, { id, ...now })
    return true
  } finally {
    mirror.close()
  }
}

/** Copies rows until none are left; each step sees the commits made meanwhile. */
async function takeRows(
  ask: Ask,
  mirror: MirrorFile,
  position: string | undefined,
): Promise<string | undefined> {
  for (let from = position; ; ) {
    const step = await readRowsSince(ask, from, STEP)
    mirror.putRows(step.rows)
    from = step.position
    if (step.rows.length < STEP) return from
  }
}

/**
 * Copies the rest in one snapshot, so that the mirror has the rows of one moment and the counts can be
 * compared. Undefined if they differ, or come from two servers.
 */
async function takeRest(
  ask: Ask,
  mirror: MirrorFile,
  progress: Partial<Progress> & Pick<Progress, 'timeline'>,
): Promise<Omit<Progress, 'id'> | undefined> {
  await ask(SNAPSHOT)
  const timeline = await readTimeline(ask)
  if (timeline !== progress.timeline) return undefined
  const position = await takeRows(ask, mirror, progress.position)
  mirror.putRows(await readKeptBack(ask))
  const [horizon] = await ask<{ xact: string }>(HORIZON)
  const removals = horizon?.xact ?? '0'
  const removed = await ask<{ rowid: number }>(REMOVALS, [progress.removals ?? '0'])
  mirror.removeRows(removed.map(row => row.rowid))
  const archive = await takeArchive(ask, mirror, progress.archive)

  let counted = progress.counted ?? 0
  if (removed.length > 0 || Math.abs(Date.now() - counted) > COUNT_EVERY_MS) {
    const [count] = await ask<{ rows: number }>(COUNT)
    if (count?.rows !== mirror.countRows()) return undefined
    counted = Date.now()
  }
  return { timeline, position, removals, archive, counted }
}

async function readTimeline(ask: Ask): Promise<string> {
  const [row] = await ask<{ timeline: string }>(TIMELINE)
  return row?.timeline ?? ''
}

/** Copies the whole mirror of the archive if it has changed; it changes with each upload, and is small. */
async function takeArchive(ask: Ask, mirror: MirrorFile, known: string | undefined): Promise<string> {
  const urls = await ask<{ url: string; timestamp: string }>(ARCHIVE)
  const archive = urls.map(row => `${row.url} ${row.timestamp}`).join('\n')
  if (archive === known) return archive
  mirror.clearArchive()
  mirror.putUrls(urls)
  for (const { release } of await ask<{ release: string }>(RELEASES)) {
    mirror.putVersions(await ask<CurrentVersionRow>(VERSIONS, [release]))
  }
  return archive
}

function readProgress(file: string, id: string): Progress | undefined {
  try {
    const progress = JSON.parse(readFileSync(progressFile(file), 'utf8')) as Progress
    return progress.id === id ? progress : undefined
  } catch {
    return undefined
  }
}

function writeProgress(file: string, progress: Progress): void {
  writeFileSync(`${progressFile(file)}.new`, JSON.stringify(progress))
  renameSync(`${progressFile(file)}.new`, progressFile(file))
}

const progressFile = (file: string): string => `${file}.progress.json`

function remove(file: string): void {
  for (const name of [progressFile(file), file, `${file}-journal`]) rmSync(name, { force: true })
}
