import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * Removes what the compiler once wrote to `out` from sources that no longer exist below `source`: it never does so
 * itself, and a package or a reader would take these files for the program. Folders that become empty go too.
 * `kept` are folders of `out` with other contents.
 */
export function removeLeftovers(source: string, out: string, kept: readonly string[] = []): void {
  if (!existsSync(out)) return
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name)
    const own = relative(out, path)
    if (kept.some(folder => own.startsWith(`${folder}/`))) continue
    const from = /^(.*)\.js(?:\.map)?$/.exec(own)?.[1]
    if (from === undefined || existsSync(join(source, `${from}.ts`))) continue
    rmSync(path)
    for (
      let folder = dirname(path);
      folder !== out && readdirSync(folder).length === 0;
      folder = dirname(folder)
    )
      rmSync(folder, { recursive: true })
  }
}
