import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RequestsPage } from '../../src/backends/state/requests.ts'
import type { State } from '../../src/backends/state/state.ts'
import { BadInput } from '../../src/domain/errors.ts'
import { aRequest } from '../builders/request.ts'
import { openTwo } from './open-two.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const WINDOW = 300

/** The contract of every engine of the requests. `open` opens the same database each time within a test. */
export function describeRequests(engine: string, openDatabase: () => Promise<() => Promise<State>>): void {
  const open = async () => {
    const [here, there] = await openTwo(openDatabase)
    return [here.requests, there.requests] as const
  }

  describe(`claiming requests on ${engine}`, () => {
    it('keeps all there is to know, on every website of the database', async () => {
      const [here, there] = await open()
      const request = aRequest({
        context: 'ppa',
        body: 'gzip\n{"ppas": ["a/b"], "env": ["A=ü🠉"]}',
        readableBy: ['joe', 'a-team'],
        source: 'webhook',
        address: '2001:db8::/64',
      })
      expect(await here.claim([request], WINDOW, NOW)).toBe('claimed')
      const digest = createHash('sha1').update(`${request.body}amd64noble`).digest('hex')
      expect(await there.byUuid(request.uuid)).toEqual({
        ...request,
        state: 'claimed',
        submitted: NOW,
        published: undefined,
        reason: undefined,
        runIdSuffix: digest.slice(0, 5),
      })
      expect(await there.byUuid(aRequest().uuid)).toBeUndefined()
    })

    it('refuses an equal one within the window, and names the one that is in the way', async () => {
      const [here, there] = await open()
      const first = aRequest({ fingerprint: 'same' })
      const again = aRequest({ fingerprint: 'same', requester: 'jane' })
      await here.claim([first], WINDOW, NOW)
      const refused = { equal: expect.objectContaining({ uuid: first.uuid, requester: 'joe' }) }
      expect(await there.claim([again], WINDOW, later(1))).toEqual(refused)
      await here.published(first.uuid, later(2))
      expect(await there.claim([again], WINDOW, later(300))).toEqual(refused)
      expect(await there.byUuid(again.uuid)).toBeUndefined()
      expect(await there.claim([again], WINDOW, later(301))).toBe('claimed')
    })

    it('lets none stand in the way that was claimed while the clock was ahead', async () => {
      const [here, there] = await open()
      const inYears = later(3 * 365 * 86_400)
      await here.claim([aRequest({ fingerprint: 'same' })], WINDOW, inYears)
      expect(await there.claim([aRequest({ fingerprint: 'same' })], WINDOW, NOW)).toBe('claimed')
      const slightlyAhead = aRequest({ fingerprint: 'other' })
      await here.claim([slightlyAhead], WINDOW, later(2))
      expect(await there.claim([aRequest({ fingerprint: 'other' })], WINDOW, NOW)).toMatchObject({
        equal: { uuid: slightlyAhead.uuid },
      })
    })

    it('lets a removed one stand in the way of nobody, and says why it went', async () => {
      const [here, there] = await open()
      const first = aRequest({ fingerprint: 'same' })
      await here.claim([first], WINDOW, NOW)
      await here.published(first.uuid, NOW)
      await there.removed(first.uuid, 'obsolete')
      expect(await here.byUuid(first.uuid)).toMatchObject({ state: 'removed', reason: 'obsolete' })
      expect(await here.claim([aRequest({ fingerprint: 'same' })], WINDOW, later(1))).toBe('claimed')
      await there.published(first.uuid, later(2))
      expect(await here.byUuid(first.uuid)).toMatchObject({ state: 'published', reason: undefined })
      const failed = aRequest()
      await here.claim([failed], WINDOW, NOW)
      await here.failed(failed.uuid, 'no queue')
      await here.removed(failed.uuid, 'obsolete')
      expect(await here.byUuid(failed.uuid)).toMatchObject({ state: 'failed', reason: 'no queue' })
      await here.removed(aRequest().uuid, 'never made here')
    })

    it('claims all or none', async () => {
      const [here, there] = await open()
      const [amd64, arm64, s390x] = [aRequest(), aRequest({ arch: 'arm64' }), aRequest({ arch: 's390x' })]
      await here.claim([arm64], WINDOW, NOW)
      const retry = { ...arm64, uuid: aRequest().uuid }
      expect(await there.claim([amd64, retry, s390x], WINDOW, NOW)).toMatchObject({
        equal: { uuid: arm64.uuid },
      })
      expect(await there.byUuid(amd64.uuid)).toBeUndefined()
      expect(await there.claim([amd64, s390x], WINDOW, NOW)).toBe('claimed')
      expect(await here.byRequester('joe', { limit: 9 })).toHaveLength(3)
    })

    it('claims nothing where two of them are equal, or where a uuid is taken', async () => {
      const [here] = await open()
      const [one, same] = [aRequest({ fingerprint: 'same' }), aRequest({ fingerprint: 'same' })]
      await expect(here.claim([one, same], WINDOW, NOW)).rejects.toThrow(BadInput)
      const taken = aRequest()
      await here.claim([taken], WINDOW, NOW)
      await expect(here.claim([one, aRequest({ uuid: taken.uuid })], WINDOW, NOW)).rejects.toThrow()
      expect(await here.byUuid(one.uuid)).toBeUndefined()
      expect(await here.claim([one], WINDOW, NOW)).toBe('claimed')
      expect(await here.claim([], WINDOW, NOW)).toBe('claimed')
    })

    it('lets one of many through that come at once, on two websites', async () => {
      const [here, there] = await open()
      for (const round of ['a', 'b', 'c']) {
        const claims = Array.from({ length: 12 }, (_, n) => {
          const shared = aRequest({ fingerprint: `${round}: the same` })
          const own = aRequest({ fingerprint: `${round}: ${n}` })
          // Each in a different order: none may end up waiting for another in a ring
          return (n % 2 ? here : there).claim(n % 3 ? [own, shared] : [shared, own], WINDOW, NOW)
        })
        const outcomes = await Promise.all(claims)
        expect(outcomes.filter(outcome => outcome === 'claimed')).toHaveLength(1)
      }
      expect(await here.byRequester('joe', { limit: 100 })).toHaveLength(6)
    })

    it('lets all through that are different', async () => {
      const [here, there] = await open()
      const claim = (n: number) => (n % 2 ? here : there).claim([aRequest(), aRequest()], WINDOW, NOW)
      const outcomes = await Promise.all(Array.from({ length: 12 }, (_, n) => claim(n)))
      expect(outcomes).toEqual(Array(12).fill('claimed'))
      expect(await here.countSince({ requester: 'joe' }, NOW)).toBe(24)
    })
  })

  describe(`requests on ${engine}`, () => {
    it('are published, or fail and make way', async () => {
      const [here, there] = await open()
      const [good, bad] = [aRequest(), aRequest()]
      await here.claim([good, bad], WINDOW, NOW)
      await here.published(good.uuid, later(1))
      await here.failed(bad.uuid, 'nothing consumes noble/amd64')
      expect(await there.byUuid(good.uuid)).toMatchObject({ state: 'published', published: later(1) })
      expect(await there.byUuid(bad.uuid)).toMatchObject({
        state: 'failed',
        reason: 'nothing consumes noble/amd64',
      })
      expect(await there.claim([{ ...bad, uuid: aRequest().uuid }], WINDOW, later(2))).toBe('claimed')
    })

    it('that the broker confirmed are never failed, and failed ones are published if it did', async () => {
      const [here] = await open()
      const [good, late] = [aRequest(), aRequest()]
      await here.claim([good, late], WINDOW, NOW)
      await here.published(good.uuid, NOW)
      await here.failed(good.uuid, 'too late')
      expect(await here.byUuid(good.uuid)).toMatchObject({ state: 'published', reason: undefined })
      await here.failed(late.uuid, 'no answer in time')
      await here.published(late.uuid, later(9))
      expect(await here.byUuid(late.uuid)).toMatchObject({ state: 'published', reason: undefined })
    })

    it('that a crash left in between are found, the oldest first', async () => {
      const [here, there] = await open()
      const at = async (seconds: number) => {
        const request = aRequest()
        await here.claim([request], WINDOW, later(seconds))
        return request.uuid
      }
      const [old, oldest, done, failed] = [await at(2), await at(1), await at(3), await at(3)]
      await at(60)
      await here.published(done, later(4))
      await here.failed(failed, 'no')
      const found = async (limit: number) => (await there.unsettled(later(60), limit)).map(one => one.uuid)
      expect(await found(10)).toEqual([oldest, old])
      expect(await found(1)).toEqual([oldest])
    })

    it('that a crash left while the clock was ahead are found when it is right again', async () => {
      const [here] = await open()
      const [ahead, fresh] = [aRequest(), aRequest()]
      await here.claim([ahead], WINDOW, later(3 * 86_400))
      await here.claim([fresh], WINDOW, later(1))
      expect((await here.unsettled(NOW, 9)).map(one => one.uuid)).toEqual([ahead.uuid])
    })

    it('are not counted where they seem to come from the future', async () => {
      const [here] = await open()
      await here.claim([aRequest()], WINDOW, later(1800))
      await here.claim([aRequest()], WINDOW, later(3 * 86_400))
      expect(await here.countSince({ requester: 'joe' }, later(-3600))).toBe(1)
    })

    it('are listed for who asked, the newest first, page after page', async () => {
      const [here, there] = await open()
      const first = [aRequest(), aRequest()]
      await here.claim(first, WINDOW, NOW)
      const last = [aRequest(), aRequest(), aRequest()]
      await here.claim(last, WINDOW, later(1))
      await here.claim([aRequest({ requester: 'jane' })], WINDOW, later(9))
      const order = [last, first].flatMap(moment => moment.map(request => request.uuid).sort())
      const list = async (page: RequestsPage) =>
        (await there.byRequester('joe', page)).map(request => request.uuid)
      expect(await list({ limit: 10 })).toEqual(order)
      for (const [place, uuid] of order.entries()) {
        const after = { uuid, submitted: place < 3 ? later(1) : NOW }
        expect(await list({ limit: 2, after })).toEqual(order.slice(place + 1, place + 3))
      }
      expect(await there.byRequester('nobody', { limit: 10 })).toEqual([])
    })

    it('are counted by who asked and from where, but for those that failed', async () => {
      const [here, there] = await open()
      const failed = aRequest()
      await here.claim([failed], WINDOW, later(5))
      await here.failed(failed.uuid, 'no')
      await here.claim([aRequest()], WINDOW, NOW)
      await here.claim([aRequest({ address: '192.0.2.8' })], WINDOW, later(1))
      await here.claim([aRequest({ requester: 'jane' })], WINDOW, later(2))
      expect(await there.countSince({ requester: 'joe' }, NOW)).toBe(2)
      expect(await there.countSince({ requester: 'joe' }, later(1))).toBe(1)
      expect(await there.countSince({ address: '192.0.2.7' }, NOW)).toBe(2)
      expect(await there.countSince({ address: '192.0.2.9' }, NOW)).toBe(0)
    })
  })

  describe(`limits on ${engine}`, () => {
    const limit = (most: number) => [{ who: { requester: 'joe' }, since: later(-3600), most }]

    it('are counted within the claim, however many ask at one moment', async () => {
      const [here, there] = await open()
      const asked = Array.from({ length: 12 }, (_, n) =>
        (n % 2 === 0 ? here : there).claim([aRequest()], WINDOW, NOW, limit(5)),
      )
      const outcomes = await Promise.all(asked)
      expect(outcomes.filter(outcome => outcome === 'claimed')).toHaveLength(5)
      expect(outcomes.filter(outcome => outcome === 'limited')).toHaveLength(7)
      expect(await there.countSince({ requester: 'joe' }, NOW)).toBe(5)
    })

    it('take all of a request or nothing', async () => {
      const [here] = await open()
      expect(await here.claim([aRequest(), aRequest(), aRequest()], WINDOW, NOW, limit(2))).toBe('limited')
      expect(await here.countSince({ requester: 'joe' }, NOW)).toBe(0)
      expect(await here.claim([aRequest(), aRequest()], WINDOW, NOW, limit(2))).toBe('claimed')
    })
  })

  describe(`refusals on ${engine}`, () => {
    it('are kept for the audit trail, cut where they are endless', async () => {
      const [here, there] = await open()
      const refusal = {
        requester: 'joe',
        source: 'script',
        address: '192.0.2.7',
        asked: 'release=noble&package=<b>\0',
        reason: 'Malformed package',
        at: NOW,
      } as const
      await here.refused(refusal)
      await here.refused({
        ...refusal,
        asked: 'x'.repeat(100_000),
        reason: 'y'.repeat(100_000),
        at: later(1),
      })
      const [newest, oldest] = await there.refusals({ limit: 10, offset: 0 })
      expect(oldest).toEqual({ ...refusal, asked: 'release=noble&package=<b>\ufffd' })
      expect(newest).toMatchObject({ asked: 'x'.repeat(4000), reason: 'y'.repeat(1000), at: later(1) })
      expect(await there.refusals({ limit: 10, offset: 1 })).toEqual([oldest])
    })

    it('of one requester are kept as many as leave room for others', async () => {
      const [here, there] = await open()
      const refusal = { source: 'page', address: '192.0.2.7', asked: '', reason: 'no' } as const
      await here.refused({ ...refusal, requester: 'jane', at: NOW })
      for (let n = 0; n < 230; n++) await here.refused({ ...refusal, requester: 'joe', at: later(n) })
      expect(await there.countRefusals('joe', NOW)).toBe(200)
      expect(await there.countRefusals('joe', later(100))).toBe(100)
      expect(await there.countRefusals('jane', NOW)).toBe(1)
      await here.refused({ ...refusal, requester: 'joe', at: later(2 * 3600) })
      expect(await there.countRefusals('joe', later(3600))).toBe(1)
    })

    it('go after a time, wherever their numbers stand', async () => {
      const [here, there] = await open()
      const refusal = { requester: 'joe', source: 'page', address: '192.0.2.7', asked: '' } as const
      await here.refused({ ...refusal, reason: 'old', at: NOW })
      await here.refused({ ...refusal, reason: 'new', at: later(100) })
      await here.refused({ ...refusal, reason: 'late and old', at: later(1) })
      await here.forgetRefusals(NOW)
      expect(await there.refusals({ limit: 10, offset: 0 })).toHaveLength(3)
      await here.forgetRefusals(later(100))
      expect((await there.refusals({ limit: 10, offset: 0 })).map(one => one.reason)).toEqual(['new'])
    })

    it('are listed for who asked, the newest first', async () => {
      const [here, there] = await open()
      expect(await there.refusalsOf('joe', 10)).toEqual([])
      const refusal = { source: 'page', address: '192.0.2.7', asked: '', at: NOW } as const
      for (const [requester, reason] of ['joe one', 'jane two', 'joe three', 'joe four'].map(one =>
        one.split(' '),
      )) {
        await here.refused({ ...refusal, requester: requester as string, reason: reason as string })
      }
      const reasons = async (limit: number) => (await there.refusalsOf('joe', limit)).map(one => one.reason)
      expect(await reasons(10)).toEqual(['four', 'three', 'one'])
      expect(await reasons(2)).toEqual(['four', 'three'])
    })
  })
}
