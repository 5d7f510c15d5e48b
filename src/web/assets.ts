import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Our own style and script files, under names that change with their content. */
export interface Assets {
  /** The folder of the built files, to be served under `/static/` by us or any other web server. */
  readonly folder: string
  /** The address of a built file: `style.css` → `/static/style.1a2b3c4d.css`. */
  url(name: string): string
  /** Whether a file name holds its content's hash, so that it may be kept for ever. */
  isImmutable(fileName: string): boolean
}

/** Reads the manifest that the build wrote beside the files. */
export function openAssets(folder: string): Assets {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, string>
  const hashed = new Set(Object.values(manifest))
  return {
    folder,
    url(name) {
      const file = manifest[name]
      if (file === undefined) throw new Error(`no such asset: ${name}`)
      return `/static/${file}`
    },
    isImmutable: fileName => hashed.has(fileName),
  }
}
