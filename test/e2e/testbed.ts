import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join, normalize } from 'node:path'
import { services } from '../servers/harness/keeper.ts'

const ROOT = join(import.meta.dirname, '../..')
const SCRIPT = join(services, 'testbed.sh')
const isRoot = () => process.getuid?.() === 0

export interface Testbed {
  /** For `schroot NAME`. */
  readonly name: string
  /** Of the system in it. */
  readonly release: string
  remove(): void
}

/** Why no testbed can be made here; undefined if one can. */
export function noTestbed(): string | undefined {
  if (!isRoot()) return 'schroot is set up by root alone'
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'nothing may be mounted here'
}

/** Makes a small Debian system, as an operator does; takes half a minute. */
export function makeTestbed(): Testbed {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-'))
  const name = `testbed-${randomUUID()}`
  const remove = () => {
    execFileSync(SCRIPT, ['stop', name])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const release = execFileSync(SCRIPT, ['start', folder, name], { encoding: 'utf8' }).trim()
    return { name, release, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** A system that a user without rights unpacks into namespaces of their own. */
export interface UnsharedTestbed {
  /** What `[worker] virt` is. */
  readonly virt: string
  readonly release: string
  /** Whose it is, and a folder that they may write to. */
  readonly user: { readonly uid: number; readonly gid: number }
  readonly home: string
  remove(): void
}

/** Why no such testbed can be made here; undefined if one can. autopkgtest refuses to unshare as root. */
export function noUnshare(): string | undefined {
  const nobody = { uid: 65_534, gid: 65_534 }
  const { uid, gid, username } = isRoot() ? { ...nobody, username: undefined } : userInfo()
  const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', 'true']
  if (spawnSync('unshare', namespaces, { uid, gid }).status !== 0) return 'no user may make namespaces here'
  if (spawnSync('newuidmap').error !== undefined) return 'newuidmap is missing (Debian package uidmap)'
  if (spawnSync(process.execPath, ['--version'], { uid, gid, cwd: ROOT }).status !== 0)
    return 'a user without rights cannot read this folder'
  if (username !== undefined && !readFileSync('/etc/subuid', 'utf8').includes(`${username}:`))
    return `${username} has no subordinate ids in /etc/subuid`
  return undefined
}

/** Makes one, and a user for it if root asks. */
export function makeUnsharedTestbed(): UnsharedTestbed {
  const home = mkdtempSync(join(tmpdir(), 'unshared-'))
  const name = `testbed${randomBytes(4).toString('hex')}`
  let hasUser = false
  const remove = () => {
    if (hasUser) execFileSync(SCRIPT, ['no-user', name])
    rmSync(home, { recursive: true, force: true })
  }
  const run = (...args: string[]) => execFileSync(SCRIPT, args, { encoding: 'utf8' }).trim()
  try {
    let user: { uid: number; gid: number } = userInfo()
    if (isRoot()) {
      const [uid, gid] = run('user', home, name).split(' ').map(Number)
      user = { uid: uid as number, gid: gid as number }
      hasUser = true
    }
    const release = run('make', home, name)
    const virt = `unshare --release ${release} --tarball ${join(home, `${name}.tar`)}`
    return { virt, release, user, home, remove }
  } catch (error) {
    remove()
    throw error
  }
}

const CONTROL = `Source: adt-local
Section: misc
Priority: optional
Maintainer: Nobody <nobody@example.org>
Standards-Version: 4.6.2

Package: adt-local
Architecture: all
Description: made for a test
`
const CHANGELOG = `adt-local (1.0) unstable; urgency=medium

  * Made for a test.

 -- Nobody <nobody@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
`

export interface SourceServer {
  /** For `test-git`. */
  readonly url: string
  close(): Promise<void>
}

/** Serves a source package with these tests, a shell script each, from a git repository. */
export async function serveSource(tests: Readonly<Record<string, string>>): Promise<SourceServer> {
  const folder = mkdtempSync(join(tmpdir(), 'source-'))
  for (const part of ['debian/tests', 'debian/source']) mkdirSync(join(folder, part), { recursive: true })
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, 'debian', file), text)
    chmodSync(join(folder, 'debian', file), 0o755)
  }
  write('control', CONTROL)
  write('changelog', CHANGELOG)
  write('rules', '#!/usr/bin/make -f\n%:\n\t@true\n')
  write('source/format', '3.0 (native)\n')
  write('tests/control', `Tests: ${Object.keys(tests).join(', ')}\nDepends:\n`)
  for (const [name, script] of Object.entries(tests)) write(`tests/${name}`, `#!/bin/sh\n${script}\n`)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args], { cwd: folder })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message=test')
  git('update-server-info') // what a plain web server needs to be cloned from
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    readFile(join(folder, '.git', path.replace(/^\/adt-local/, ''))).then(
      bytes => response.end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/adt-local#main`,
    async close() {
      await new Promise(resolve => {
        server.close(resolve)
        server.closeAllConnections()
      })
      rmSync(folder, { recursive: true })
    },
  }
}
