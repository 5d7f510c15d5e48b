import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Our own style and script files, under names that change with their content. */
export interface Assets {
  /** The address of a built file: `style.css` → `/static/style.1a2b3c4d.css`. */
  url(name: string): string
  /** Every file by its file name in the folder that was built; any web server may serve that folder as well. */
  readonly files: ReadonlyMap<string, Asset>
}

export interface Asset {
  readonly bytes: Uint8Array
  /** Whether the file name holds the content's hash, so that it may be kept for ever. */
  readonly immutable: boolean
}

const MANIFEST = 'manifest.json'

/** Reads the files that the build made, and the manifest beside them. They are few and small. */
export function openAssets(folder: string): Assets {
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Record<string, string>
  const hashed = new Set(Object.values(manifest))
  const files = new Map<string, Asset>()
  for (const name of readdirSync(folder)) {
    if (name === MANIFEST || name.endsWith('.map')) continue
    files.set(name, { bytes: readFileSync(join(folder, name)), immutable: hashed.has(name) })
  }
  return {
    files,
    url(name) {
      const file = manifest[name]
      if (file === undefined) throw new Error(`no such asset: ${name}`)
      return `/static/${file}`
    },
  }
}
