import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startLaunchpad } from '../../../test/backends/fake-launchpad.ts'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { httpLaunchpad } from '../../backends/launchpad/http.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import { Unavailable } from '../../domain/errors.ts'
import { silentLog } from '../../log.ts'
import { BAD_CREDENTIALS, failureBudget } from '../github/failure-budget.ts'
import { type ScriptCredentials, scriptAuthentication } from './authenticate-script.ts'

const NOW = new Date('2026-09-01T10:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const JOE = { requester: 'joe', source: 'key' }
const BAD_OAUTH = { status: 403, lines: ['Invalid Launchpad OAuth credentials'] }

/** A service with a key of joe's, and a Launchpad that knows joe by `app:1:token:secret`. */
async function aService() {
  const asked: string[] = []
  const peer = await startLaunchpad({ tokens: { 'app:1:token:secret': 'joe' } }, request => {
    asked.push(request.headers.authorization ?? '')
    return false
  })
  const launchpad = httpLaunchpad({ apiUrl: peer.apiUrl })
  const state = await sqliteState({ file: join(temporaryFolder(), 'state.db'), log: silentLog })
  onTestFinished(async () => {
    await launchpad.close()
    await state.close()
    await peer.close()
  })
  const authenticate = scriptAuthentication({
    accounts: state.accounts,
    launchpad,
    budget: failureBudget(BAD_CREDENTIALS),
  })
  return {
    state,
    peer,
    key: await state.accounts.createKey('joe', undefined, NOW),
    tries: () => asked.filter(header => header.startsWith('OAuth')).length,
    whoIs: (given: Partial<ScriptCredentials>, now = NOW) =>
      authenticate(
        {
          apiKeyCookie: undefined,
          authorization: undefined,
          launchpadOauth: undefined,
          address: '192.0.2.1',
          ...given,
        },
        now,
      ),
  }
}

describe('a script with an API key', () => {
  it('is who its cookie and its key say', async () => {
    const { whoIs, key } = await aService()
    expect(await whoIs({ apiKeyCookie: `joe:${key}` })).toEqual(JOE)
    expect(await whoIs({ authorization: `Bearer ${key}` })).toEqual(JOE)
    expect(await whoIs({ authorization: `bearer  ${key} ` })).toEqual(JOE)
  })

  it('is nobody with a cookie of another form, name or key', async () => {
    const { whoIs, key } = await aService()
    const cookies = [
      ...['', ':', 'joe', 'joe:', `:${key}`, key, `ann:${key}`, 'joe:wrong', `JOE:${key}`],
      ...[`joe:${key}:`, `joe::${key}`, `a:b:${key}`, `joe:${key} `, `joe:${'x'.repeat(10_000)}`, 'joe:\0'],
    ]
    for (const apiKeyCookie of cookies) expect(await whoIs({ apiKeyCookie })).toBe('none')
    expect(await whoIs({})).toBe('none')
  })

  it('is refused with a Bearer that is unknown, and not asked about another scheme', async () => {
    const { whoIs, key } = await aService()
    for (const authorization of ['Bearer wrong', `Bearer ${'x'.repeat(10_000)}`, `Bearer joe:${key}`]) {
      expect(await whoIs({ authorization })).toEqual({ status: 403, lines: ['Authorization failure'] })
    }
    for (const authorization of [`Basic ${key}`, 'Bearer', 'Bearer ', key]) {
      expect(await whoIs({ authorization })).toBe('none')
    }
  })

  it('is nobody once its key is revoked or expired', async () => {
    const { whoIs, key, state } = await aService()
    const short = await state.accounts.createKey('joe', later(60), NOW)
    expect(await whoIs({ apiKeyCookie: `joe:${short}` }, later(59))).toEqual(JOE)
    expect(await whoIs({ apiKeyCookie: `joe:${short}` }, later(61))).toBe('none')
    for (const { id } of await state.accounts.keys()) await state.accounts.revokeKey(id)
    expect(await whoIs({ apiKeyCookie: `joe:${key}` })).toBe('none')
  })
})

describe('a script with OAuth credentials of Launchpad', () => {
  it('is who Launchpad says, whatever colons its consumer has', async () => {
    const { whoIs } = await aService()
    expect(await whoIs({ launchpadOauth: 'app:1:token:secret' })).toEqual(JOE)
  })

  it('is refused with others, and Launchpad is not asked about what are none', async () => {
    const { whoIs, tries } = await aService()
    for (const launchpadOauth of [
      '',
      'a',
      'a:b',
      '::',
      'a:b:',
      'a::c',
      ':b:c',
      'a:b:c\n',
      'x:y:é',
      `a:b:${'c'.repeat(10_000)}`,
    ]) {
      expect(await whoIs({ launchpadOauth })).toEqual(BAD_OAUTH)
    }
    expect(tries()).toBe(0)
    expect(await whoIs({ launchpadOauth: 'app:1:token:wrong' })).toEqual(BAD_OAUTH)
    expect(tries()).toBe(1)
  })

  it('does not bring a flood of bad ones to Launchpad, and keeps no good ones out', async () => {
    const { whoIs, tries } = await aService()
    expect(await whoIs({ launchpadOauth: 'app:1:token:secret' })).toEqual(JOE)
    const before = tries()
    const flood = Array.from({ length: 30 }, (_, number) => whoIs({ launchpadOauth: `a:b:${number}` }))
    const answers = await Promise.all(flood)
    expect(tries() - before).toBe(10)
    expect(answers.slice(0, 10)).toEqual(Array(10).fill(BAD_OAUTH))
    expect(answers.at(-1)).toMatchObject({ status: 429 })
    expect(await whoIs({ launchpadOauth: 'app:1:token:secret' })).toEqual(JOE)
    expect(await whoIs({ launchpadOauth: 'a:b:0', address: '192.0.2.2' })).toEqual(BAD_OAUTH)
    expect(await whoIs({ launchpadOauth: 'a:b:new' }, later(60))).toEqual(BAD_OAUTH)
  })

  it('is not refused because Launchpad is away', async () => {
    const { whoIs, peer } = await aService()
    await peer.close()
    await expect(whoIs({ launchpadOauth: 'app:1:token:secret' })).rejects.toBeInstanceOf(Unavailable)
  }, 60_000)
})
