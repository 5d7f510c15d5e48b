import type { Derived } from '../../backends/derived/derived.ts'
import type { ChangeFilter, ChangePage, ComparedTests, Moment } from '../../backends/derived/moments.ts'
import type { Documents } from '../../backends/documents/documents.ts'
import type { Results } from '../../backends/results/results.ts'
import { isRunIndexComplete } from '../runs/index-completeness.ts'
import { type PackageChoice, selectedPackages } from './package-selection.ts'

export interface ChangesBackends {
  readonly results: Pick<Results, 'id' | 'since'>
  readonly derived: Pick<Derived, 'position' | 'moments'>
  readonly documents: Pick<Documents, 'teams' | 'packageLists'>
}

export interface AskedChanges {
  readonly from: Moment
  readonly to: Moment
  readonly arches: ChangeFilter['arches']
  readonly choice: PackageChoice
  readonly page: ChangePage
}

export interface Changes extends ComparedTests {
  /** Whether all results except those of the last moments were included. */
  readonly isComplete: boolean
}

/** The changes of tests between two moments. */
export async function changesBetween(
  backends: ChangesBackends,
  { from, to, arches, choice, page }: AskedChanges,
): Promise<Changes> {
  const packages = await selectedPackages(backends, choice)
  const [isComplete, compared] = await Promise.all([
    isRunIndexComplete(backends),
    backends.derived.moments.compare(from, to, { arches, packages }, page),
  ])
  return { isComplete, ...compared }
}
