import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { aRequest } from '../../../test/builders/request.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import { silentLog } from '../../log.ts'
import { checkLimits } from './check-limits.ts'

const NOW = new Date('2026-09-01T10:00:00Z')
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)
const JOE = { requester: 'joe', address: '2001:db8:1:2::/64' }
const TOO_MANY = 'You, joe, have requested too many tests. Please try again later.'

/** A limit of four an hour, and a way to have asked. */
async function aService() {
  const state = await sqliteState({ file: join(temporaryFolder(), 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  return {
    check: (count: number, asker = JOE) => checkLimits({ state }, 4, asker, count, NOW),
    ask: (count: number, at: Date, asker = JOE) =>
      state.requests.claim(
        Array.from({ length: count }, () => aRequest(asker)),
        600,
        at,
      ),
  }
}

it('lets somebody have what is left of their hour, each architecture counted', async () => {
  const { check, ask } = await aService()
  await ask(2, ago(90))
  await ask(3, ago(10))
  expect(await check(1)).toBeUndefined()
  expect(await check(2)).toMatchObject({ status: 429, lines: [TOO_MANY] })
})

it('says after how many seconds so many are free', async () => {
  const { check, ask } = await aService()
  await ask(1, ago(50))
  await ask(1, ago(40))
  await ask(2, ago(20))
  expect((await check(1))?.retryAfter).toBe(660)
  expect((await check(2))?.retryAfter).toBe(1260)
  expect((await check(3))?.retryAfter).toBe(2460)
  expect((await check(5))?.retryAfter).toBe(3600)
})

it('counts by the group of an address too, which may have twice as many', async () => {
  const { check, ask } = await aService()
  for (const requester of ['ann', 'bob']) await ask(4, ago(10), { ...JOE, requester })
  expect(await check(1)).toMatchObject({ status: 429, lines: [TOO_MANY] })
  expect(await check(1, { ...JOE, address: '2001:db8:1:3::/64' })).toBeUndefined()
})
