import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { describeDump } from '../../../../test/backends/dump.contract.ts'
import { describeState } from '../../../../test/backends/state.contract.ts'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { silentLog } from '../../../log.ts'
import { sqliteState } from './sqlite.ts'

const openDatabase = async () => {
  const file = join(temporaryFolder(), 'state.db')
  return () => sqliteState({ file, log: silentLog })
}

describeState('SQLite', openDatabase)
describeDump('SQLite', openDatabase)

describe('a lock on SQLite', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  const open = async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance', 'hrtime'] })
    const file = join(temporaryFolder(), 'state.db')
    const state = await sqliteState({ file, log: silentLog })
    const other = new Database(file)
    onTestFinished(async () => {
      other.close()
      await state.close()
    })
    return { state, other }
  }
  /** Holds a lock until its signal is aborted, and returns the reason. */
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

  it('is free 30 s after its holder died, and at once if that was before the boot', async () => {
    const { state, other } = await open()
    const dead = other.prepare('INSERT OR REPLACE INTO lease VALUES (?, ?, ?)')
    const uptimeMs = () => Number(process.hrtime.bigint() / 1_000_000n)
    dead.run('publish', 'dead', uptimeMs() + 20_000)
    expect(await state.withLock('publish', async () => 'free')).toBeUndefined()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await state.withLock('publish', async () => 'free')).toBe('free')
    dead.run('publish', 'dead', uptimeMs() + 3_600_000)
    expect(await state.withLock('publish', async () => 'free')).toBe('free')
  })

  it('is nobody else’s because the clock jumps', async () => {
    const { state } = await open()
    await state.withLock('publish', async lost => {
      for (const jump of [86_400_000, -86_400_000]) {
        vi.setSystemTime(Date.now() + jump)
        expect(await state.withLock('publish', async () => 'stolen')).toBeUndefined()
      }
      await vi.advanceTimersByTimeAsync(10_000)
      expect(lost.aborted).toBe(false)
    })
  })
})

it('keeps the newest refusals alone, however many people are refused', async () => {
  const file = join(temporaryFolder(), 'state.db')
  const { requests, close } = await sqliteState({ file, log: silentLog })
  onTestFinished(close)
  const refusal = { source: 'page', address: '192.0.2.7', asked: '', reason: 'no', at: new Date() } as const
  await requests.refused({ ...refusal, requester: 'the first' })
  const others = new Database(file)
  others.exec(`
    WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < 9999)
    INSERT INTO refusal(requester, source, address, asked, reason, at)
    SELECT 'other ' || n, source, address, asked, reason, at FROM refusal, one`)
  const count = () => others.prepare('SELECT count(*) FROM refusal').pluck().get()
  onTestFinished(() => void others.close())
  expect(await requests.refusalsOf('the first', 1)).toHaveLength(1)
  expect(count()).toBe(10_000)
  await requests.refused({ ...refusal, requester: 'the last' })
  expect(count()).toBe(10_000)
  expect(await requests.refusalsOf('the first', 1)).toEqual([])
  expect(await requests.refusalsOf('the last', 1)).toHaveLength(1)
})

it('keeps no secret in the SQLite file, but its hash', async () => {
  const folder = temporaryFolder()
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  const now = new Date()
  const secret = await state.accounts.startSession({ claimedId: 'a claimed id', nickname: 'joe' }, now)
  const key = await state.accounts.createKey('robot', undefined, now)
  const bytes = readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'latin1'))
    .join()
  expect(bytes).toContain('a claimed id')
  for (const text of [secret, key]) {
    expect(bytes).not.toContain(text)
    expect(bytes).toContain(createHash('sha256').update(text).digest('hex'))
  }
})

describe('two processes with one SQLite file', () => {
  /** Claims 40 requests that the other process claims as well, and prints how many it got. */
  const claimer = (file: string, name: string, start: number) => `
    import { sqliteState } from ${JSON.stringify(join(import.meta.dirname, 'sqlite.ts'))}
    import { silentLog } from ${JSON.stringify(join(import.meta.dirname, '../../../log.ts'))}
    import { aRequest } from ${JSON.stringify(join(import.meta.dirname, '../../../../test/builders/request.ts'))}
    const state = await sqliteState({ file: ${JSON.stringify(file)}, log: silentLog })
    await new Promise(resolve => setTimeout(resolve, ${start} - Date.now()))
    let claimed = 0
    for (let n = 0; n < 40; n++) {
      const request = aRequest({ fingerprint: 'request ' + n, requester: ${JSON.stringify(name)} })
      if ((await state.requests.claim([request], 300, new Date())) === 'claimed') claimed++
    }
    console.log(claimed)
    await state.close()`

  it('claim each request once between them', async () => {
    const file = join(temporaryFolder(), 'state.db')
    const state = await sqliteState({ file, log: silentLog })
    onTestFinished(() => state.close())
    const start = Date.now() + 4_000
    const counts = await Promise.all(
      ['here', 'there'].map(async name => {
        const program = claimer(file, name, start)
        const args = ['--input-type=module', '--eval', program]
        const { stdout } = await promisify(execFile)(process.execPath, args)
        expect(await state.requests.countSince({ requester: name }, new Date(start))).toBe(Number(stdout))
        return Number(stdout)
      }),
    )
    expect((counts[0] as number) + (counts[1] as number)).toBe(40)
  })
})
