import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { postgresPool } from '../../src/backends/sql/postgres/postgres.ts'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRun } from '../builders/run.ts'
import {
  describeWith,
  freshDatabase,
  type PostgresFacts,
  type ServerControl,
  startPostgres,
  startStandby,
  urlOfAll,
} from './harness/index.ts'

const open = async (url: string) => {
  const results = await postgresResults({ url, mirror: join(temporaryFolder(), 'mirror.db'), log: silentLog })
  onTestFinished(() => results.close())
  return results
}
const WITHIN = { timeout: 30_000, interval: 200 }

describeWith(['postgres'], 'a PostgreSQL that goes away', () => {
  let server: PostgresFacts & ServerControl
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  it('makes queries fail as Unavailable, says so, and serves again by itself when it is back', async () => {
    const results = await open(server.url)
    const [before, after] = [aRun(), aRun()]
    await results.record([before])
    let changes = 0
    onTestFinished(results.onChange(() => changes++))
    await server.kill()
    await expect(results.run(before)).rejects.toThrow(Unavailable)
    await expect(results.record([after])).rejects.toThrow(Unavailable)
    expect(await results.state()).toMatchObject({
      ok: false,
      reason: expect.stringContaining('cannot be reached'),
    })
    await expect.poll(() => changes, WITHIN).toBeGreaterThan(0)

    await server.restart()
    await expect.poll(() => results.state(), WITHIN).toEqual({ ok: true })
    expect(await results.run(before)).toEqual(before)
    const whileBack = changes
    await expect.poll(() => changes, WITHIN).toBeGreaterThan(whileBack - 1)
    await results.record([after])
    await expect.poll(() => changes, WITHIN).toBeGreaterThan(whileBack)
  })

  it('is refused at the start with clear words', async () => {
    const nobody = 'postgresql://nobody@127.0.0.1:1/nothing'
    await expect(open(nobody)).rejects.toThrow(Unavailable)
    await expect(open(nobody)).rejects.toThrow(/cannot be reached.*ECONNREFUSED/)
    const missing = server.url.replace(/\/[^/]*$/, '/missing')
    await expect(open(missing)).rejects.toThrow(/is not serving: database "missing" does not exist/)
  })

  it('ends work under a lock that it cannot renew', async () => {
    const state = await postgresState({ url: server.url, log: silentLog })
    onTestFinished(() => state.close())
    const outcome = state.withLock('publish', async signal => {
      await server.kill()
      return new Promise<Error>(resolve => signal.addEventListener('abort', () => resolve(signal.reason)))
    })
    expect((await outcome)?.message).toBe('the lock publish could not be renewed')
    await server.restart()
    await expect.poll(() => state.state(), WITHIN).toEqual({ ok: true })
    await expect
      .poll(() => state.withLock('publish', async () => 'free').catch(() => 'away'), WITHIN)
      .toBe('free')
  })
})

describeWith(['postgres'], 'a PostgreSQL with a standby', () => {
  it('is found by all who ask at once while the server that is named first is away', async () => {
    const live = await freshDatabase()
    const url = urlOfAll({ ...live, port: 1 }, live)
    const pool = postgresPool({ url, database: 'results', log: silentLog, connections: 5 })
    onTestFinished(() => pool.close())
    const asked = Array.from({ length: 12 }, () => pool.ask('SELECT 1 AS one'))
    expect(await Promise.all(asked)).toEqual(asked.map(() => [{ one: 1 }]))
  })

  it('is written where it can be, also after the standby took over', async () => {
    const primary = await startPostgres()
    onTestFinished(() => primary.stop())
    const standby = await startStandby(primary)
    onTestFinished(() => standby.stop())

    // The standby is named first: it must be passed over
    const results = await open(urlOfAll(standby, primary))
    const [before, after] = [aRun(), aRun()]
    expect(await results.record([before])).toEqual([before])
    await primary.kill()
    await standby.promote()
    await expect.poll(() => results.run(before).catch(() => 'away'), WITHIN).toEqual(before)
    expect(await results.record([after])).toEqual([after])
    await expect.poll(() => results.state(), WITHIN).toEqual({ ok: true })
  })
})
