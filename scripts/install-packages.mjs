import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Runs a program that shows its output and asks nothing; true if it succeeded. */
function run(program, ...args) {
  // Standard output belongs to the caller
  return (
    spawnSync(program, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] }).status === 0
  )
}

/** The packages of package-lock.json, by their folders. */
function wantedPackages() {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
}

/** Are the npm packages in node_modules those of package-lock.json? Optional ones may be missing. */
function packagesAreInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json') // npm writes it last
  if (!existsSync(installedFile)) return false
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
  const wanted = wantedPackages()
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  )
}

/**
 * Installs the npm packages of package-lock.json if they are missing, behind a progress bar where there is a
 * terminal. Rejects if this is impossible.
 */
export async function installNpmPackages() {
  if (packagesAreInstalled()) return
  const succeeded = process.stderr.isTTY ? await installBehindBar() : installAloud()
  if (!succeeded) throw new Error('npm ci failed')
}

function installAloud() {
  console.error('Installing the npm packages…')
  return run('npm', 'ci')
}

async function installBehindBar() {
  const { runQuietly } = await import('./run-quietly.mjs')
  const folders = Object.keys(wantedPackages()).filter(path => path !== '')
  const progress = () => ({
    done: folders.filter(path => existsSync(join(root, path))).length,
    total: folders.length,
  })
  return runQuietly(['npm', 'ci'], { cwd: root, what: 'Installing the npm packages', progress })
}

/**
 * Installs groups of Debian packages (`services/install.sh` lists them) if they are missing and this is allowed
 * without a password. Returns the groups that are still missing.
 */
export function installDebianPackages(groups) {
  const install = join(root, 'scripts/services/install.sh')
  const missing = groups.filter(group => !run(install, '--check', group))
  if (missing.length === 0 || !existsSync('/usr/bin/apt-get')) return missing
  const prefix = process.getuid() === 0 ? [] : ['sudo', '-n']
  if (prefix.length > 0 && !run('sudo', '-n', 'true')) return missing
  console.error(`Installing Debian packages for: ${missing.join(', ')}…`)
  // One by one: if one is not available, the others still are
  return missing.filter(group => !run(...prefix, install, group))
}
