import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { services } from '../servers/harness/keeper.ts'

export interface Testbed {
  /** For `schroot NAME`. */
  readonly name: string
  /** Of the system in it. */
  readonly release: string
  remove(): void
}

/** Why no testbed can be made here; undefined if one can. */
export function noTestbed(): string | undefined {
  if (process.getuid?.() !== 0) return 'schroot is set up by root alone'
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'nothing may be mounted here'
}

/** Makes a small Debian system, as an operator does; takes half a minute. */
export function makeTestbed(): Testbed {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-'))
  const name = `testbed-${randomUUID()}`
  const script = join(services, 'testbed.sh')
  const remove = () => {
    execFileSync(script, ['stop', name])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const release = execFileSync(script, ['start', folder, name], { encoding: 'utf8' }).trim()
    return { name, release, remove }
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
