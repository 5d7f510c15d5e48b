import { BadInput } from '../../domain/errors.ts'
import { compareVersions } from '../../domain/version/version-order.ts'
import type { CurrentVersionRow } from './results.ts'

/** One of the archive's indexes, as named in its URL. */
export interface SourcesName {
  readonly release: string
  readonly pocket: string
  readonly component: string
}

/** `…/dists/<pocket>/<component>/source/Sources.gz`; the release is the pocket up to its first dash. */
export function parseSourcesUrl(url: string): SourcesName {
  const found = /\/dists\/([^/]+)\/([^/]+)\/source\/Sources(\.\w+)?$/.exec(url)
  if (found === null) throw new BadInput(`${url} is not the URL of a Sources index`)
  const [, pocket, component] = found as unknown as [string, string, string]
  return { release: pocket.split('-')[0] as string, pocket, component }
}

export interface RefreshPlan {
  /** Rows to insert, or to replace those of the same release and package. */
  readonly put: CurrentVersionRow[]
  /** Packages that are no longer in the index. */
  readonly removed: string[]
}

/**
 * The changes that an index makes to the rows of its release. A package that is in several indexes keeps its
 * newest version; of equal ones, that of the index read last.
 */
export function planRefresh(
  { release, pocket, component }: SourcesName,
  existing: readonly CurrentVersionRow[],
  rows: readonly CurrentVersionRow[],
): RefreshPlan {
  const kept = new Map(existing.map(row => [row.package, row]))
  const isOurs = (row: CurrentVersionRow) => row.pocket === pocket && row.component === component
  const put = new Map<string, CurrentVersionRow>()
  for (const { package: name, version } of rows) {
    const row = { release, pocket, component, package: name, version }
    const [old, same] = [kept.get(name), put.get(name)]
    if (same !== undefined && compareVersions(same.version, version) > 0) continue
    if (old !== undefined && !isOurs(old) && compareVersions(old.version, version) > 0) continue
    put.set(name, row)
  }
  const said = new Set(rows.map(row => row.package))
  return {
    put: [...put.values()].filter(row => {
      const old = kept.get(row.package)
      return old === undefined || !isOurs(old) || old.version !== row.version
    }),
    removed: existing.filter(row => isOurs(row) && !said.has(row.package)).map(row => row.package),
  }
}
