import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { compareNames } from '../object-names.ts'
import { unlessMissing } from './folder-files.ts'

/** The wanted names of a tree, in the terms of a listing. */
export interface Walk {
  readonly prefix: string
  /** Only names after this one; '' for all. */
  readonly after: string
  /** Only names before this one. */
  readonly before: string | undefined
  /** May be set during the walk: names that begin with it are skipped from then on. */
  passOver?: string
}

/**
 * The names of all files below a folder, in the byte order of their whole names, without entering folders
 * that hold nothing wanted. Symbolic links and everything else that is not a plain file are skipped. The
 * contents of each folder on the way are in memory while it is walked, never the whole tree. A folder is
 * sorted as if its name ended in a slash: `a.b` comes before `a/x`, `a0` after it.
 * @param root the folder, without a slash at its end
 * @param base the beginning of the names: '' or a path below `root` that ends in a slash
 */
export async function* walkFolder(root: string, walk: Walk, base = ''): AsyncGenerator<string> {
  const entries = (await unlessMissing(readdir(join(root, base), { withFileTypes: true }))) ?? []
  const names = entries
    .filter(entry => entry.isFile() || entry.isDirectory())
    .map(entry => (entry.isFile() ? base + entry.name : `${base}${entry.name}/`))
    .filter(name => isWanted(name, walk))
    .sort(compareNames)
  for (const name of names) {
    if (walk.passOver !== undefined && name.startsWith(walk.passOver)) continue
    if (name.endsWith('/')) yield* walkFolder(root, walk, name)
    else yield name
    if (walk.passOver !== undefined && base.startsWith(walk.passOver)) return
  }
}

/** True for a file that is wanted, and for a folder (its name ends in a slash) that may hold one. */
function isWanted(name: string, { prefix, after, before }: Walk): boolean {
  if (before !== undefined && compareNames(name, before) >= 0) return false
  if (!name.endsWith('/')) return name.startsWith(prefix) && compareNames(name, after) > 0
  const allBeforeMarker = compareNames(name, after) < 0 && !after.startsWith(name)
  return !allBeforeMarker && (name.startsWith(prefix) || prefix.startsWith(name))
}
