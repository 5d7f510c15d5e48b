import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { silentLog } from '../../src/log.ts'
import { temporaryFolder } from './databases.ts'

/**
 * A site on embedded engines in a folder that is removed when the test ends: a configuration file, and everything
 * that it names.
 */
export function aSite(releases: readonly string[] = ['jammy', 'noble'], ...more: readonly string[]) {
  const dir = temporaryFolder()
  const config = join(dir, 'site.conf')
  const configure = (names: readonly string[]) => {
    const web = ['[web]', `releases = ${names.join(' ')}`, 'arches = amd64 arm64', `data_dir = ${dir}`]
    const lines = [...web, '[storage]', `uri = file:${join(dir, 'store')}`, ...more]
    writeFileSync(config, lines.join('\n'), { mode: 0o600 })
  }
  mkdirSync(join(dir, 'store'))
  configure(releases)
  const closing = <T extends { close(): Promise<void> }>(backend: T): T => {
    onTestFinished(() => backend.close())
    return backend
  }
  return {
    dir,
    config,
    configure,
    file: (name: string) => join(dir, name),
    store: filesystemStore({ root: join(dir, 'store') }),
    results: async () => closing(await sqliteResults({ file: join(dir, 'autopkgtest.db'), log: silentLog })),
    derived: async () => closing(await sqliteDerived({ file: join(dir, 'derived.db'), log: silentLog })),
    state: async () => closing(await sqliteState({ file: join(dir, 'state.db'), log: silentLog })),
  }
}
