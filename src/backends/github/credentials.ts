import { keptFile } from '../files/kept-file.ts'

/** A user of GitHub, and the token that proves it. */
export interface Credentials {
  readonly user: string
  readonly token: string
}

/**
 * The credentials for statuses of a package, from a file of lines `package:user:token`; blank lines and those
 * that begin with `#` are ignored. Undefined for a package that is not in it.
 */
export function readStatusCredentials(
  path: string | undefined,
): (packageName: string) => Promise<Credentials | undefined> {
  if (path === undefined) return async () => undefined
  const read = keptFile('the file of GitHub credentials', path, parseCredentials)
  return async packageName => (await read()).get(packageName)
}

function parseCredentials(text: string): Map<string, Credentials> {
  const known = new Map<string, Credentials>()
  text.split('\n').forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) return
    const [, packageName, user, token] = /^\s*([^:\s]+):([^:\s]+):(\S+)\s*$/.exec(line) ?? []
    if (packageName === undefined || user === undefined || token === undefined)
      throw new Error(`line ${index + 1} is not package:user:token`)
    known.set(packageName, { user, token })
  })
  return known
}
