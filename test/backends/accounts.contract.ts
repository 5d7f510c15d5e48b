import { describe, expect, it, onTestFinished } from 'vitest'
import type { State } from '../../src/backends/state/state.ts'
import { asBeforeTakeovers } from '../builders/old-sessions.ts'
import { openTwo } from './open-two.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const later = (ms: number) => new Date(NOW.getTime() + ms)
const ALICE = { claimedId: 'https://login.example.org/+id/aLiCe', nickname: 'alice' }

/** The contract of every engine of the accounts. `open` opens the same database each time within a test. */
export function describeAccounts(engine: string, openDatabase: () => Promise<() => Promise<State>>): void {
  const open = async () => {
    const [here, there] = await openTwo(openDatabase)
    return [here.accounts, there.accounts] as const
  }

  describe(`sessions on ${engine}`, () => {
    it('are known on every website of the database until they are ended on one', async () => {
      const [here, there] = await open()
      const secret = await here.startSession(ALICE, NOW)
      const other = await here.startSession(ALICE, NOW)
      expect(await there.session(secret, NOW)).toEqual({ ...ALICE, expires: later(31 * DAY) })
      await there.endSession(secret)
      expect(await here.session(secret, NOW)).toBeUndefined()
      expect(await here.session(other, NOW)).toMatchObject(ALICE)
    })

    it('have secrets of 256 bits that nobody could make up', async () => {
      const [here] = await open()
      const secrets = await Promise.all(Array.from({ length: 20 }, () => here.startSession(ALICE, NOW)))
      expect(new Set(secrets).size).toBe(20)
      for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/)
      for (const forged of ['', 'x', `${secrets[0]}x`, (secrets[0] as string).toLowerCase(), '\0'])
        expect(await here.session(forged, NOW)).toBeUndefined()
    })

    it('end 31 days after they were last used', async () => {
      const [here] = await open()
      const secret = await here.startSession(ALICE, NOW)
      expect(await here.session(secret, later(30 * DAY))).toMatchObject({ expires: later(61 * DAY) })
      expect(await here.session(secret, later(60 * DAY))).toMatchObject({ expires: later(91 * DAY) })
      expect(await here.session(secret, later(91 * DAY))).toBeUndefined()
    })

    it('are moved on once a day at most', async () => {
      const [here, there] = await open()
      const secret = await here.startSession(ALICE, NOW)
      expect(await here.session(secret, later(23 * HOUR))).toMatchObject({ expires: later(31 * DAY) })
      expect(await here.session(secret, later(24 * HOUR))).toMatchObject({ expires: later(32 * DAY) })
      expect(await there.session(secret, later(25 * HOUR))).toMatchObject({ expires: later(32 * DAY) })
    })

    it('do not last for longer because they were begun while the clock was ahead', async () => {
      const [here, there] = await open()
      const secret = await here.startSession(ALICE, later(3 * 365 * DAY))
      expect(await there.session(secret, NOW)).toMatchObject({ expires: later(31 * DAY) })
      expect(await here.session(secret, later(32 * DAY))).toBeUndefined()
    })

    it('outlive the start of others, which clears away those that have ended', async () => {
      const [here] = await open()
      const old = await here.startSession(ALICE, NOW)
      const young = await here.startSession(ALICE, later(20 * DAY))
      await here.startSession({ ...ALICE, nickname: 'bob' }, later(31 * DAY))
      expect(await here.session(old, NOW)).toBeUndefined()
      expect(await here.session(young, later(31 * DAY))).toMatchObject(ALICE)
    })
  })

  describe(`sessions of a version before on ${engine}`, () => {
    /** A session that began at NOW. */
    const anOldOne = async () => {
      const state = await (await openDatabase())()
      onTestFinished(() => state.close())
      const secret = await state.accounts.startSession(ALICE, NOW)
      await asBeforeTakeovers(state)
      return [state.accounts, secret] as const
    }

    it('are taken over once', async () => {
      const [accounts, secret] = await anOldOne()
      expect(await accounts.takeOver('x', NOW)).toBeUndefined()
      expect(await accounts.takeOver(secret, later(DAY))).toEqual({ ...ALICE, expires: later(31 * DAY) })
      expect(await accounts.takeOver(secret, later(DAY))).toBeUndefined()
      expect(await accounts.session(secret, later(DAY))).toMatchObject(ALICE)
      expect(await accounts.takeOver(secret, later(DAY))).toBeUndefined()
    })

    it('are taken over within a month, however often a script uses them meanwhile', async () => {
      const [accounts, secret] = await anOldOne()
      for (const day of [10, 20, 30]) await accounts.session(secret, later(day * DAY))
      expect(await accounts.session(secret, later(31 * DAY))).toMatchObject(ALICE)
      expect(await accounts.takeOver(secret, later(31 * DAY))).toBeUndefined()
      const [others, young] = await anOldOne()
      await others.session(young, later(30 * DAY))
      expect(await others.takeOver(young, later(31 * DAY - 1))).toMatchObject(ALICE)
    })

    it('are not taken over for years because the clock was ahead', async () => {
      const [accounts, secret] = await anOldOne()
      expect(await accounts.takeOver(secret, later(-365 * DAY))).toBeUndefined()
    })

    it('are told from those that are begun now', async () => {
      const [here] = await open()
      expect(await here.takeOver(await here.startSession(ALICE, NOW), NOW)).toBeUndefined()
    })
  })

  describe(`nonces on ${engine}`, () => {
    it('are taken once, until their time is over', async () => {
      const [here, there] = await open()
      expect(await here.takeNonce('2026-11-20T12:00:00Zabc', later(HOUR), NOW)).toBe(true)
      expect(await here.takeNonce('2026-11-20T12:00:00Zabc', later(HOUR), NOW)).toBe(false)
      expect(await there.takeNonce('2026-11-20T12:00:00Zabc', later(HOUR), later(HOUR - 1))).toBe(false)
      expect(await there.takeNonce('2026-11-20T12:00:00Zabd', later(HOUR), NOW)).toBe(true)
      expect(await there.takeNonce('2026-11-20T12:00:00Zabc', later(2 * HOUR), later(HOUR))).toBe(true)
    })

    it('are taken by one of many who come at once', async () => {
      const [here, there] = await open()
      const take = (n: number) => (n % 2 ? here : there).takeNonce('the same', later(HOUR), NOW)
      const taken = await Promise.all(Array.from({ length: 12 }, (_, n) => take(n)))
      expect(taken.filter(Boolean)).toHaveLength(1)
    })
  })

  describe(`API keys on ${engine}`, () => {
    it('belong to a name, on every website of the database', async () => {
      const [here, there] = await open()
      const key = await here.createKey('robot', undefined, NOW)
      const second = await here.createKey('robot', undefined, NOW)
      expect(key).toMatch(/^[\w-]{43}$/)
      expect(second).not.toBe(key)
      expect(await there.keyOwner(key, NOW)).toBe('robot')
      expect(await there.keyOwner(second, NOW)).toBe('robot')
      for (const forged of ['', 'robot', `${key}=`, key.toLowerCase()])
        expect(await there.keyOwner(forged, NOW)).toBeUndefined()
    })

    it('are listed with their last use, and never shown', async () => {
      const [here, there] = await open()
      const key = await here.createKey('robot', later(DAY), NOW)
      await here.createKey('android', undefined, later(1))
      await there.keyOwner(key, later(HOUR))
      await there.keyOwner(key, later(HOUR + 59_000))
      const id = expect.stringMatching(/^[0-9a-f]{12}$/)
      const listed = await here.keys()
      expect(listed).toEqual([
        { id, name: 'android', created: later(1), expires: undefined, lastUsed: undefined },
        { id, name: 'robot', created: NOW, expires: later(DAY), lastUsed: later(HOUR) },
      ])
      expect(JSON.stringify(listed)).not.toContain(key)
      await there.keyOwner(key, later(HOUR + 60_000))
      expect((await here.keys())[1]?.lastUsed).toEqual(later(HOUR + 60_000))
    })

    it('are of no use after their end, and stay in the list', async () => {
      const [here] = await open()
      const key = await here.createKey('robot', later(DAY), NOW)
      expect(await here.keyOwner(key, later(DAY - 1))).toBe('robot')
      expect(await here.keyOwner(key, later(DAY))).toBeUndefined()
      expect(await here.keys()).toHaveLength(1)
    })

    it('are of no use from the moment they are revoked', async () => {
      const [here, there] = await open()
      const key = await here.createKey('robot', undefined, NOW)
      expect(await there.keyOwner(key, NOW)).toBe('robot')
      const id = (await here.keys())[0]?.id as string
      expect(await here.revokeKey(id)).toBe(true)
      expect(await there.keyOwner(key, NOW)).toBeUndefined()
      expect(await there.revokeKey(id)).toBe(false)
    })
  })
}
