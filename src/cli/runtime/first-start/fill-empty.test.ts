import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../../test/builders/databases.ts'
import { aRun } from '../../../../test/builders/run.ts'
import { sqliteState } from '../../../backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../../../backends/store/filesystem/filesystem.ts'
import type { Run } from '../../../domain/run/run.ts'
import { silentLog } from '../../../log.ts'
import { fillFromStore, isToBeFilled } from './fill-empty.ts'

const EXAMPLES = join(import.meta.dirname, '../../../../examples')
const NEVER = new AbortController().signal

async function setUp(...runs: readonly Run[]) {
  const results = await resultsWith(...runs)
  const state = await sqliteState({ file: join(temporaryFolder(), 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  return { results, state, store: filesystemStore({ root: EXAMPLES }) }
}

describe('an empty database', () => {
  it('is filled from the store once, and not asked about again', async () => {
    const parts = await setUp()
    expect(await isToBeFilled(parts)).toBe(true)
    await fillFromStore(parts, ['bookworm', 'trixie'], { log: silentLog, signal: NEVER })
    expect((await parts.results.newest({ limit: 100, offset: 0 })).length).toBeGreaterThan(40)
    expect(await isToBeFilled(parts)).toBe(false)
  })

  it('is still to be filled when a first completion came in before it was', async () => {
    const parts = await setUp()
    expect(await isToBeFilled(parts)).toBe(true)
    await parts.results.record([aRun()])
    expect(await isToBeFilled(parts)).toBe(true)
  })

  it('is filled at the next start if it was broken off', async () => {
    const parts = await setUp()
    await isToBeFilled(parts)
    const stop = new AbortController()
    const filling = fillFromStore(parts, ['bookworm'], { log: silentLog, signal: stop.signal })
    stop.abort()
    await filling
    expect(await isToBeFilled(parts)).toBe(true)
    await fillFromStore(parts, ['bookworm'], { log: silentLog, signal: NEVER })
    expect(await isToBeFilled(parts)).toBe(false)
  })

  it('is filled by one of those who start on it at once', async () => {
    const parts = await setUp()
    await isToBeFilled(parts)
    const both = [1, 2].map(() => fillFromStore(parts, ['trixie'], { log: silentLog, signal: NEVER }))
    await Promise.all(both)
    const rows = await parts.results.newest({ limit: 100, offset: 0 })
    expect(new Set(rows.map(row => row.runId)).size).toBe(rows.length)
    expect(await isToBeFilled(parts)).toBe(false)
  })
})

describe('a database with results', () => {
  it('is left alone', async () => {
    expect(await isToBeFilled(await setUp(aRun()))).toBe(false)
  })
})
