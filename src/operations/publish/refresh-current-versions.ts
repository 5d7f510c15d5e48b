import type { Archive, Validators } from '../../backends/archive/archive.ts'
import type { Results } from '../../backends/results/results.ts'
import { BadInput, messageOf, Unavailable } from '../../domain/errors.ts'

/** Ubuntu's components (https://help.ubuntu.com/community/Repositories/Ubuntu). */
const COMPONENTS = ['main', 'restricted', 'universe', 'multiverse'] as const
/** The number of failed indexes in a row after which the archive counts as unavailable. */
const GIVE_UP = 2

interface Deps {
  readonly archive: Archive
  readonly results: Pick<Results, 'currentVersions'>
}

export interface Refreshed {
  /** Indexes of which rows had changed. */
  readonly changed: number
  /** Indexes of which it turned out that the archive does not tell whether they changed: they rest from now on. */
  readonly untold: readonly string[]
  /** What could not be read, and why; its rows stay as they were. */
  readonly failures: readonly string[]
}

/** How often an index is read of which the archive does not tell whether it changed. */
export const UNTOLD_MS = 30 * 60_000

/** What is known of an index since it was last read; for the next call in this process, and no other. */
interface KnownIndex {
  /** The Last-Modified that was kept in the database then; if another is, all this is out of date. */
  readonly kept: string
  readonly validators: Validators
  readonly digest: string
  readonly isUntold: boolean
  /** When it was read; a time of `performance.now()`. */
  readonly readAt: number
}

export type KnownIndexes = Map<string, KnownIndex>

/**
 * Brings `current_version` up to date with the archive: for each release the pockets release and release-updates,
 * index by index, if they have changed. Ends early if the archive is unavailable or the signal is aborted. An index that
 * the archive sends although it has not changed, or without a description by which it could tell, is read every
 * {@link UNTOLD_MS} only.
 */
export async function refreshCurrentVersions(
  { archive, results }: Deps,
  releases: readonly string[],
  signal: AbortSignal,
  known: KnownIndexes = new Map(),
  untoldMs: number = UNTOLD_MS,
): Promise<Refreshed> {
  const failures: string[] = []
  const untold: string[] = []
  let changed = 0
  let inRow = 0
  for (const index of indexesOf(releases)) {
    if (signal.aborted || inRow >= GIVE_UP) break
    try {
      const outcome = await refreshIndex({ archive, results }, index, { signal, known, untoldMs })
      if (outcome.isChanged) changed++
      if (outcome.isUntold) untold.push(archive.sourcesUrl(index.pocket, index.component))
      inRow = 0
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof BadInput)) throw error
      failures.push(messageOf(error))
      if (error instanceof Unavailable) inRow++
    }
  }
  return { changed, untold, failures }
}

interface Index {
  readonly release: string
  readonly pocket: string
  readonly component: string
}

function indexesOf(releases: readonly string[]): Index[] {
  return releases.flatMap(release =>
    [release, `${release}-updates`].flatMap(pocket =>
      COMPONENTS.map(component => ({ release, pocket, component })),
    ),
  )
}

interface Outcome {
  readonly isChanged: boolean
  /** That the archive does not tell of changes is new. */
  readonly isUntold: boolean
}

const UNCHANGED: Outcome = { isChanged: false, isUntold: false }

async function refreshIndex(
  { archive, results }: Deps,
  index: Index,
  { signal, known, untoldMs }: { signal: AbortSignal; known: KnownIndexes; untoldMs: number },
): Promise<Outcome> {
  const { release, pocket, component } = index
  const versions = results.currentVersions()
  const url = archive.sourcesUrl(pocket, component)
  const kept = await versions.lastChecked(url)
  const remembered = known.get(url)
  const before = remembered?.kept === kept ? remembered : undefined
  if (before?.isUntold && performance.now() < before.readAt + untoldMs) return UNCHANGED
  const found = await archive.sources(pocket, component, before?.validators ?? { lastModified: kept }, signal)
  if (found.state !== 'changed') return UNCHANGED
  const isSame = before?.digest === found.digest
  const { validators, digest, isTold, packages } = found
  const rows = packages.map(one => ({ release, pocket, component, ...one }))
  const isChanged = !isSame && (await versions.refresh(url, validators.lastModified, rows))
  const isUntold = isSame || !isTold
  known.set(url, {
    kept: (await versions.lastChecked(url)) ?? '',
    ...{ validators, digest, isUntold },
    readAt: performance.now(),
  })
  return { isChanged, isUntold: isUntold && before?.isUntold !== true }
}
