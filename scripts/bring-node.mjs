// Fetches the Node of scripts/node/package-lock.json from npm into .node, for machines whose own Node is too old, or was
// built without TypeScript: that Node runs this script, so it uses nothing new.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, '.node')

/** npm checks the download against the checksums of the lock file; no package script is run. */
function install(folder) {
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(root, 'scripts/node', file), join(folder, file))
  const options = ['--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  // Standard output belongs to the caller
  const stdio = ['ignore', process.stderr, process.stderr]
  if (spawnSync('npm', ['ci', ...options], { cwd: folder, stdio }).status !== 0)
    throw new Error('npm ci failed')
  // Each package is for one kind of machine, and npm leaves out the others
  const brought = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`)
  if (!existsSync(brought)) throw new Error(`npm has none for ${process.platform} on ${process.arch}`)
  mkdirSync(join(folder, 'bin'))
  renameSync(join(brought, 'bin/node'), join(folder, 'bin/node'))
  renameSync(join(brought, 'LICENSE'), join(folder, 'LICENSE'))
  rmSync(join(folder, 'node_modules'), { recursive: true })
  if (spawnSync(join(folder, 'bin/node'), ['--version']).status !== 0)
    throw new Error('what npm brought does not run here')
  chmodSync(folder, 0o755) // services run as other users
}

/** Moves the folder to its place; if another process was faster, it has put the same folder there. */
function replace(folder) {
  const old = `${folder}-old`
  if (existsSync(target)) renameSync(target, old)
  try {
    renameSync(folder, target)
  } catch (error) {
    if (!existsSync(join(target, 'bin/node'))) throw error
  }
  rmSync(old, { recursive: true, force: true })
}

// Undefined where Node is too old to know of it
const isBare = process.features.typescript === false
const why = isBare ? 'was built without TypeScript' : 'is too old'

let folder
try {
  folder = mkdtempSync(join(root, '.node-'))
  process.stderr.write(
    `Node ${process.version} ${why}: bringing ${isBare ? 'another' : 'a newer'} one from npm into ${target}…\n`,
  )
  install(folder)
  replace(folder)
} catch (error) {
  process.stderr.write(
    `No Node 22.18 or newer could be brought: ${error.message}; see above, or install one\n`,
  )
  process.exitCode = 1
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}
