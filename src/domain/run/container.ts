import { packagePrefix, type RunKey } from '../test/test.ts'

/** The container of a release's own results; only its runs are recorded in the results database. */
export function distributionContainer(release: string): string {
  return `autopkgtest-${release}`
}

/** The folder of a run inside its container, without a slash at the end. */
export function runDirectory(run: RunKey): string {
  return `${run.release}/${run.arch}/${packagePrefix(run.package)}/${run.package}/${run.runId}`
}

/** The run in the name of a folder or of anything in it; undefined for names of another form. */
export function parseRunDirectory(name: string): RunKey | undefined {
  const [release, arch, , packageName, runId] = name.split('/')
  if (!release || !arch || !packageName || !runId?.endsWith('@')) return undefined
  return { release, arch, package: packageName, runId }
}

/** A user's container for a PPA: `autopkgtest-<release>-<user>-<ppa>`. */
export interface PpaContainer {
  readonly container: string
  readonly release: string
  readonly user: string
  readonly ppa: string
}

/** The container of a release's results for a PPA, `owner/name`. */
export function ppaContainer(release: string, ppa: string): string {
  return `${distributionContainer(release)}-${ppa.replace('/', '-')}`
}

/** The prefix of private containers' names; the rest is as for public ones. */
export const PRIVATE_CONTAINER = 'private-'

/**
 * Finds the PPAs of a user among container names. The name alone is ambiguous (`a-b` + `c` or `a` + `b-c`), so
 * it is resolved for one release and one user, as the prefix.
 */
export function ppaContainersOf(
  user: string,
  containers: readonly string[],
  releases: readonly string[],
): PpaContainer[] {
  const prefixes = releases.map(release => ({
    release,
    prefix: `${distributionContainer(release)}-${user}-`,
  }))
  return containers.flatMap(container =>
    prefixes
      .filter(({ prefix }) => container.startsWith(prefix) && container.length > prefix.length)
      .map(({ release, prefix }) => ({ container, release, user, ppa: container.slice(prefix.length) })),
  )
}
