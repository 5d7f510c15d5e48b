import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const mark = join(root, 'dist/.built-from')

/** What the build reads; the tests beside the sources are left out of it. */
const INPUTS = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build-client.mjs',
  'src',
]

/** The sources of the build as one checksum: times of files say nothing after a checkout. */
function sourceChecksum() {
  const hash = createHash('sha256')
  const add = path =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  for (const input of INPUTS.filter(path => existsSync(join(root, path)))) {
    if (input !== 'src') {
      add(input)
      continue
    }
    const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    const paths = files
      .filter(file => file.isFile() && !/\.test\.ts$/.test(file.name))
      .map(file => join(file.parentPath, file.name).slice(root.length + 1))
    paths.sort().forEach(add)
  }
  return hash.digest('hex')
}

/** Is dist/ made from the sources as they are? */
export function isBuilt() {
  return existsSync(mark) && readFileSync(mark, 'utf8') === sourceChecksum()
}

/** Remembers what dist/ was made from. */
export function markBuilt() {
  writeFileSync(mark, sourceChecksum())
}
