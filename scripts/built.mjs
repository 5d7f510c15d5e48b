import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const mark = join(root, 'dist/.built-from')

/** The inputs of the build; they do not include the tests beside the sources. */
const INPUTS = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build-client.mjs',
  'src',
]

/** The sources of the build as one checksum: file times say nothing after a checkout. */
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

/** Was dist/ built from the current sources? */
export function isBuilt() {
  return existsSync(mark) && readFileSync(mark, 'utf8') === sourceChecksum()
}

/** Records which sources dist/ was built from. */
export function markBuilt() {
  writeFileSync(mark, sourceChecksum())
}
