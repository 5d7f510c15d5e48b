import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anEmbeddedBroker } from '../../../test/builders/brokers.ts'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { aRequest } from '../../../test/builders/request.ts'
import { aRun } from '../../../test/builders/run.ts'
import { openSnapshotsIn } from '../../../test/builders/snapshots.ts'
import type { NewRequest } from '../../backends/state/requests.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import { Unavailable, Unconfirmed } from '../../domain/errors.ts'
import { silentLog } from '../../log.ts'
import { settleRequests, type Watched } from './settle-requests.ts'

const QUEUE = 'debci-noble-amd64'
const CLAIMED = new Date('2026-09-01T10:00:00Z')
const later = (minutes: number) => new Date(CLAIMED.getTime() + minutes * 60_000)
const unaborted = new AbortController().signal

/** A request as it is sent, for gzip on noble/amd64. */
function theRequest(changes: Partial<NewRequest> = {}): NewRequest {
  const request = aRequest(changes)
  return { ...request, body: `gzip\n{"triggers": ["gzip/1.12-1"], "uuid": "${request.uuid}"}`, ...changes }
}

/** A service of which a process died after it had claimed this request. */
async function afterCrash(request: NewRequest) {
  const folder = temporaryFolder()
  const broker = anEmbeddedBroker()()
  await broker.declareQueues([QUEUE])
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  await state.requests.claim([request], 600, CLAIMED)
  const snapshots = openSnapshotsIn(folder)
  await snapshots.running.replace({})
  const results = await resultsWith()
  const deps = { broker, state, snapshots, results }
  const watched: Watched = new Map()
  return {
    ...deps,
    settle: (now: Date, changed: Partial<typeof deps> = {}, uptimeMs = now.getTime()) =>
      settleRequests({ ...deps, ...changed }, watched, { now, uptimeMs }, unaborted),
    stateOf: async () => (await state.requests.byUuid(request.uuid))?.state,
    waiting: async () =>
      (await broker.peek(QUEUE, 10))?.bodies.map(body => Buffer.from(body).toString()) ?? [],
  }
}

describe('a request that was claimed and never sent', () => {
  it('is sent as it was, after it was found nowhere twice', async () => {
    const request = theRequest()
    const { settle, stateOf, waiting } = await afterCrash(request)
    expect(await settle(later(1))).toMatchObject({ waiting: [], sent: 0 })
    expect(await settle(later(3))).toMatchObject({ waiting: [{ uuid: request.uuid }], sent: 0 })
    expect(await settle(later(3.5))).toMatchObject({ sent: 0 })
    expect(await waiting()).toEqual([])
    expect(await settle(later(4))).toMatchObject({ sent: 1, waiting: [] })
    expect(await waiting()).toEqual([request.body])
    expect(await stateOf()).toBe('published')
    expect(await settle(later(9))).toMatchObject({ sent: 0, found: 0, waiting: [] })
  })

  it('is looked for again, and not sent twice, when the answer to its sending is lost too', async () => {
    const request = theRequest()
    const { settle, stateOf, waiting, broker } = await afterCrash(request)
    const dying = {
      ...broker,
      async publish(queue: string, body: Uint8Array | string) {
        await broker.publish(queue, body)
        throw new Unconfirmed('the connection is lost')
      },
    }
    await settle(later(3))
    expect(await settle(later(4), { broker: dying })).toMatchObject({ sent: 0 })
    expect(await stateOf()).toBe('claimed')
    expect(await settle(later(5))).toMatchObject({ found: 1, sent: 0 })
    expect(await waiting()).toEqual([request.body])
  })

  it('is not sent twice when the database is unavailable just after it was sent, and a worker takes it meanwhile', async () => {
    const request = theRequest()
    const { settle, stateOf, waiting, broker, state } = await afterCrash(request)
    const away = async () => {
      throw new Unavailable('the database is unavailable')
    }
    const failing = { ...state, requests: { ...state.requests, published: away } }
    await settle(later(3))
    expect(await settle(later(4), { state: failing })).toMatchObject({
      sent: 0,
      waiting: [{ uuid: request.uuid, reason: expect.stringContaining('the database is unavailable') }],
    })
    expect(await waiting()).toEqual([request.body])
    await broker.take(QUEUE)
    for (const minutes of [6, 9]) await settle(later(minutes), { state: failing })
    expect(await settle(later(12))).toMatchObject({ sent: 1, waiting: [] })
    expect([await waiting(), await stateOf()]).toEqual([[], 'published'])
  })

  it('does not keep others from being settled, whatever is wrong with it', async () => {
    const [bad, good] = [theRequest(), theRequest({ package: 'hello' })]
    const { settle, state, snapshots } = await afterCrash(bad)
    await state.requests.claim([good], 600, CLAIMED)
    const published = async (uuid: string, now: Date) => {
      if (uuid === bad.uuid) throw new TypeError('a bug')
      await state.requests.published(uuid, now)
    }
    const failing = { ...state, requests: { ...state.requests, published } }
    await settle(later(3), { state: failing, snapshots })
    expect(await settle(later(5), { state: failing })).toMatchObject({
      sent: 1,
      waiting: [{ uuid: bad.uuid }],
    })
    expect((await state.requests.byUuid(good.uuid))?.state).toBe('published')
  })

  it('waits for a queue that does not exist, and is given up after hours', async () => {
    const request = theRequest({ arch: 'riscv64' })
    const { settle, state } = await afterCrash(request)
    await settle(later(3))
    expect((await settle(later(4))).waiting).toEqual([
      { uuid: request.uuid, reason: expect.stringContaining('there is no such queue') },
    ])
    await settle(later(362))
    expect((await settle(later(364))).givenUp).toHaveLength(1)
    expect(await state.requests.byUuid(request.uuid)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^not queued in 6 hours: .*there is no such queue/),
    })
  })

  it('waits while the broker is unavailable', async () => {
    const { settle, stateOf, broker } = await afterCrash(theRequest())
    await settle(later(3))
    await broker.close()
    expect((await settle(later(4))).waiting).toMatchObject([{ reason: 'the broker is unavailable: closed' }])
    expect(await stateOf()).toBe('claimed')
  })

  it('waits while nothing says what runs', async () => {
    const { settle, stateOf } = await afterCrash(theRequest())
    const snapshots = openSnapshotsIn(temporaryFolder())
    await settle(later(3), { snapshots })
    expect((await settle(later(5), { snapshots })).waiting).toMatchObject([
      { reason: 'it is unknown which tests are running' },
    ])
    expect(await stateOf()).toBe('claimed')
  })
})

const MINUTE_MS = 60_000

describe('a request that was claimed and never sent, while the clock jumps', () => {
  it('is not given up because years seem to have gone by', async () => {
    const request = theRequest({ arch: 'riscv64' })
    const { settle, stateOf } = await afterCrash(request)
    await settle(later(3), {}, 0)
    const inTenYears = later(10 * 365 * 24 * 60)
    expect(await settle(inTenYears, {}, MINUTE_MS)).toMatchObject({ givenUp: [], waiting: [{}] })
    expect(await stateOf()).toBe('claimed')
  })

  it('is not sent before it was looked for twice, a minute apart', async () => {
    const { settle, waiting } = await afterCrash(theRequest())
    await settle(later(3), {}, 0)
    expect(await settle(later(24 * 60), {}, MINUTE_MS - 1)).toMatchObject({ sent: 0 })
    expect(await waiting()).toEqual([])
    expect(await settle(later(-24 * 60), {}, MINUTE_MS)).toMatchObject({ sent: 1 })
    expect(await waiting()).toHaveLength(1)
  })

  it('is not forgotten when it was claimed while the clock was ahead', async () => {
    const request = theRequest()
    const { settle, waiting } = await afterCrash(request)
    const before = later(-3 * 24 * 60)
    expect(await settle(before, {}, 0)).toMatchObject({ waiting: [{ uuid: request.uuid }] })
    expect(await settle(before, {}, MINUTE_MS)).toMatchObject({ sent: 1 })
    expect(await waiting()).toEqual([request.body])
  })

  it('is found by its run, though that seems to have ended before', async () => {
    const request = theRequest()
    const { settle, state, results } = await afterCrash(request)
    const suffix = (await state.requests.byUuid(request.uuid))?.runIdSuffix
    await results.record([aRun().of('gzip').named(`20260820_100230_${suffix}@`)])
    expect(await settle(later(-3 * 24 * 60))).toMatchObject({ found: 1, sent: 0 })
  })
})

describe('a request that was sent before the crash', () => {
  it('is found in its queue, private or not', async () => {
    for (const readableBy of [[], ['joe']]) {
      const request = theRequest({ readableBy })
      const { settle, stateOf, waiting, broker } = await afterCrash(request)
      await broker.publish(QUEUE, request.body)
      expect(await settle(later(3))).toMatchObject({ found: 1, sent: 0 })
      expect(await stateOf()).toBe('published')
      expect(await waiting()).toEqual([request.body])
    }
  })

  it('is found in the list of what waits', async () => {
    const request = theRequest()
    const { settle, snapshots } = await afterCrash(request)
    const content = { size: 1, requests: [request.body] }
    await snapshots.queued.replace({
      releases: ['noble'],
      arches: ['amd64'],
      queues: { ubuntu: { noble: { amd64: content } } },
    })
    expect(await settle(later(3))).toMatchObject({ found: 1 })
  })

  it('is found while it runs, though it was nowhere a minute before', async () => {
    const request = theRequest()
    const { settle, snapshots, stateOf } = await afterCrash(request)
    expect(await settle(later(3))).toMatchObject({ found: 0 })
    const params = { triggers: ['gzip/1.12-1'], uuid: request.uuid }
    await snapshots.running.replace({ gzip: { hash: { noble: { amd64: [params, 3, ''] } } } })
    expect(await settle(later(4))).toMatchObject({ found: 1, sent: 0 })
    expect(await stateOf()).toBe('published')
  })

  it('is found by the digits of its run id once it is done', async () => {
    const request = theRequest()
    const { settle, state, results } = await afterCrash(request)
    const suffix = (await state.requests.byUuid(request.uuid))?.runIdSuffix
    await results.record([aRun().of('gzip').named(`20260901_100230_${suffix}@`)])
    expect(await settle(later(3))).toMatchObject({ found: 1, sent: 0 })
  })

  it('is not taken for a run of the same digits from long before', async () => {
    const request = theRequest()
    const { settle, state, results } = await afterCrash(request)
    const suffix = (await state.requests.byUuid(request.uuid))?.runIdSuffix
    await results.record([aRun().of('gzip').named(`20250901_100230_${suffix}@`)])
    expect(await settle(later(3))).toMatchObject({ found: 0 })
  })

  it('may be any private run that is under way in its place', async () => {
    const { settle, snapshots } = await afterCrash(theRequest({ readableBy: ['joe'] }))
    await snapshots.running.replace({ 'private-test': { hash: { noble: { amd64: [{}, 3, ''] } } } })
    await settle(later(3))
    expect((await settle(later(5))).waiting).toMatchObject([
      { reason: 'a private test is running on noble/amd64' },
    ])
    await snapshots.running.replace({})
    await settle(later(6))
    expect(await settle(later(7))).toMatchObject({ sent: 1 })
  })
})
