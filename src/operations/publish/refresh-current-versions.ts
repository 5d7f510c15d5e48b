import type { Archive } from '../../backends/archive/archive.ts'
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
  /** Indexes that had changed. */
  readonly changed: number
  /** What could not be read, and why; its rows stay as they were. */
  readonly failures: readonly string[]
}

/**
 * Brings `current_version` up to date with the archive: for each release the pockets release and release-updates,
 * index by index, if they have changed. Ends early if the archive is unavailable or the signal is aborted.
 */
export async function refreshCurrentVersions(
  { archive, results }: Deps,
  releases: readonly string[],
  signal: AbortSignal,
): Promise<Refreshed> {
  const failures: string[] = []
  let changed = 0
  let inRow = 0
  for (const index of indexesOf(releases)) {
    if (signal.aborted || inRow >= GIVE_UP) break
    try {
      if (await refreshIndex({ archive, results }, index, signal)) changed++
      inRow = 0
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof BadInput)) throw error
      failures.push(messageOf(error))
      if (error instanceof Unavailable) inRow++
    }
  }
  return { changed, failures }
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

/** Whether it had changed. */
async function refreshIndex({ archive, results }: Deps, index: Index, signal: AbortSignal): Promise<boolean> {
  const { release, pocket, component } = index
  const versions = results.currentVersions()
  const url = archive.sourcesUrl(pocket, component)
  const found = await archive.sources(pocket, component, await versions.lastChecked(url), signal)
  if (found.state !== 'changed') return false
  const rows = found.packages.map(one => ({ release, pocket, component, ...one }))
  await versions.refresh(url, found.lastModified, rows)
  return true
}
