import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { aRun } from '../../../test/builders/run.ts'
import { publishedFiles } from '../../backends/published/files.ts'
import type { Results } from '../../backends/results/results.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import { silentLog } from '../../log.ts'
import { publishDatabase } from './publish-database.ts'

const never = new AbortController().signal

async function setUp() {
  const folder = temporaryFolder()
  const file = join(folder, 'public', 'autopkgtest.db')
  const results = await resultsWith(aRun().of('gzip').named('20261122_143829_7f224@'))
  const openState = async () => {
    const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
    onTestFinished(() => state.close())
    return state
  }
  const state = await openState()
  const deps = { results, state, published: publishedFiles({ file }) }
  return { file, results, state, openState, deps }
}

/** The packages that britney would read, from a file opened as it opens it. */
function packagesIn(file: string): string[] {
  const db = new Database(file, { readonly: true })
  const rows = db.prepare(
    'SELECT t.package FROM test AS t LEFT JOIN result AS r ON t.id=r.test_id ORDER BY 1',
  )
  const found = rows.pluck().all() as string[]
  db.close()
  return found
}

describe('publishing the database', () => {
  it('publishes a copy that opens by itself, and its checksum', async () => {
    const { file, deps } = await setUp()
    expect((await publishDatabase(deps, undefined, never)).outcome).toBe('published')
    expect(packagesIn(file)).toEqual(['gzip'])
    expect(existsSync(`${file}-wal`)).toBe(false)
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    expect(await readFile(`${file}.sha256`, 'latin1')).toBe(sha256)
  })

  it('publishes what was recorded or read from the archive', async () => {
    const { file, results, deps } = await setUp()
    const { version } = await publishDatabase(deps, undefined, never)
    await results.record([aRun().of('sed')])
    const second = await publishDatabase(deps, version, never)
    expect(second.outcome).toBe('published')
    expect(packagesIn(file)).toEqual(['gzip', 'sed'])

    const row = { release: 'noble', pocket: 'noble', component: 'main', package: 'sed', version: '4.9-1' }
    const url = 'http://archive.example.org/ubuntu/dists/noble/main/source/Sources.gz'
    await results.currentVersions().refresh(url, 'Sun, 22 Nov 2026 14:00:00 GMT', [row])
    expect((await publishDatabase(deps, second.version, never)).outcome).toBe('published')
  })

  it('copies nothing while nothing changed, but for one look after its own checkpoint', async () => {
    const { deps } = await setUp()
    let copies = 0
    const results: Results = {
      ...deps.results,
      copyPublished(...args) {
        copies++
        return deps.results.copyPublished(...args)
      },
    }
    let { version } = await publishDatabase({ ...deps, results }, undefined, never)
    for (let minute = 0; minute < 5; minute++) {
      const next = await publishDatabase({ ...deps, results }, version, never)
      expect(next.outcome).toBe('unchanged')
      version = next.version
    }
    expect(copies).toBeLessThanOrEqual(2)
  })

  it('leaves the file alone after a restart in which nothing changed', async () => {
    const { file, deps } = await setUp()
    await publishDatabase(deps, undefined, never)
    const before = await stat(file)
    expect((await publishDatabase(deps, undefined, never)).outcome).toBe('unchanged')
    expect((await stat(file)).mtimeMs).toBe(before.mtimeMs)
  })

  it('publishes again what somebody removed', async () => {
    const { file, deps } = await setUp()
    const { version } = await publishDatabase(deps, undefined, never)
    await rm(file)
    await publishDatabase(deps, version, never)
    expect(packagesIn(file)).toEqual(['gzip'])
  })

  it('leaves it to the other of two publishers at once, and tries again', async () => {
    const { results, openState, deps } = await setUp()
    const other = { ...deps, state: await openState() }
    const { version } = await publishDatabase(deps, undefined, never)
    await results.record([aRun().of('sed')])
    const both = await Promise.all([
      publishDatabase(deps, version, never),
      publishDatabase(other, version, never),
    ])
    expect(both.map(one => one.outcome).sort()).toEqual(['busy', 'published'])
    const busy = both.find(one => one.outcome === 'busy')
    expect((await publishDatabase(other, busy?.version, never)).outcome).toBe('unchanged')
  })

  it('keeps what is published when it is ended in the middle', async () => {
    const { file, results, deps } = await setUp()
    await publishDatabase(deps, undefined, never)
    await results.record([aRun().of('sed')])
    const ending = new AbortController()
    const publishing = publishDatabase(deps, undefined, ending.signal)
    ending.abort(new Error('ending'))
    await expect(publishing).rejects.toThrow('ending')
    expect(packagesIn(file)).toEqual(['gzip'])
    await publishDatabase(deps, undefined, never)
    expect(packagesIn(file)).toEqual(['gzip', 'sed'])
  })
})
