import type { Documents, KeptDocument } from '../../backends/documents/documents.ts'
import { BadInput, Unavailable } from '../../domain/errors.ts'

/** Criteria for choosing packages; each given one narrows the choice. */
export interface PackageChoice {
  /** A name of `[web] teams`. */
  readonly team?: string | undefined
  /** A name of `[web] package_lists`. */
  readonly list?: string | undefined
  readonly packages?: readonly string[] | undefined
}

/** The packages that match all criteria; undefined for all packages. Throws BadInput for an unknown name. */
export async function selectedPackages(
  { documents }: { readonly documents: Pick<Documents, 'teams' | 'packageLists'> },
  { team, list, packages }: PackageChoice,
): Promise<readonly string[] | undefined> {
  const chosen = [
    packages,
    team === undefined ? undefined : await packagesOfTeam(documents, team),
    list === undefined ? undefined : await packagesOfList(documents, list),
  ].filter(one => one !== undefined)
  const [first, ...others] = chosen
  const sets = others.map(one => new Set(one))
  return first?.filter(name => sets.every(set => set.has(name)))
}

async function packagesOfTeam({ teams }: Pick<Documents, 'teams'>, team: string): Promise<readonly string[]> {
  if (teams === undefined) throw new BadInput('This site has no teams.')
  const found = (await known('teams', teams)).get(team)
  if (found === undefined) throw new BadInput(`There is no team “${team}”.`)
  return found
}

async function packagesOfList(
  { packageLists }: Pick<Documents, 'packageLists'>,
  name: string,
): Promise<readonly string[]> {
  const list = packageLists.get(name)
  if (list === undefined) throw new BadInput(`There is no list “${name}” of packages.`)
  return known(`list “${name}” of packages`, list)
}

async function known<T>(what: string, document: KeptDocument<T>): Promise<T> {
  const { value } = await document.current()
  if (value === undefined) throw new Unavailable(`The ${what} could not be read yet.`)
  return value
}
