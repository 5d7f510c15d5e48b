import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { describeState } from '../../../test/backends/state.contract.ts'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { silentLog } from '../../log.ts'
import { sqliteState } from './sqlite.ts'

describeState('SQLite', async () => {
  const file = join(temporaryFolder(), 'state.db')
  return () => sqliteState({ file, log: silentLog })
})

describe('a lock on SQLite', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  const open = async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] })
    const file = join(temporaryFolder(), 'state.db')
    const state = await sqliteState({ file, log: silentLog })
    const other = new Database(file)
    onTestFinished(async () => {
      other.close()
      await state.close()
    })
    return { state, other }
  }
  /** Holds a lock until its signal is aborted, and gives the reason. */
  const holdUntilLost = (signal: AbortSignal) =>
    new Promise<Error>(resolve => signal.addEventListener('abort', () => resolve(signal.reason)))

  it('is renewed for as long as the work lasts', async () => {
    const { state } = await open()
    await state.withLock('publish', async signal => {
      await vi.advanceTimersByTimeAsync(60_000)
      expect(signal.aborted).toBe(false)
      expect(await state.withLock('publish', async () => 'stolen')).toBeUndefined()
    })
  })

  it('ends the work when somebody else has it', async () => {
    const { state, other } = await open()
    const lost = state.withLock('publish', holdUntilLost)
    other.prepare("UPDATE lease SET holder = 'another'").run()
    await vi.advanceTimersByTimeAsync(6_000)
    expect((await lost)?.message).toBe('the lock publish was lost to another holder')
    expect(other.prepare('SELECT holder FROM lease').pluck().get()).toBe('another')
  })

  it('ends the work before it lapses when it cannot be renewed', async () => {
    const { state, other } = await open()
    const lost = state.withLock('publish', holdUntilLost)
    other.exec('DROP TABLE lease')
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await lost)?.message).toBe('the lock publish could not be renewed')
  })

  it('is free 30 s after its holder died, and at once if the clock was put back', async () => {
    const { state, other } = await open()
    const dead = other.prepare('INSERT OR REPLACE INTO lease VALUES (?, ?, ?)')
    dead.run('publish', 'dead', Date.now() + 20_000)
    expect(await state.withLock('publish', async () => 'free')).toBeUndefined()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await state.withLock('publish', async () => 'free')).toBe('free')
    dead.run('publish', 'dead', Date.now() + 3_600_000)
    expect(await state.withLock('publish', async () => 'free')).toBe('free')
  })
})
