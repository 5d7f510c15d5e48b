import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aQueue, aRunningTest } from '../../../../../test/builders/live.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { tarOf } from '../../../../../test/builders/stored-run.ts'
import { paceOf } from '../../../../../test/web/pace.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { aClaimed, aSubmitted, runIdOf } from '../../../../../test/web/submitted.ts'
import type { SubmittedRequest } from '../../../../backends/state/requests.ts'
import { runDirectory } from '../../../../domain/run/container.ts'

const JSON_WANTED = { headers: { accept: 'application/json' } }
const EARLIER = new Date(Date.now() - 60_000)

const stateOf = async (site: Site, { uuid }: { uuid: string }, headers: Record<string, string> = {}) =>
  (await site.get(`/requests/${uuid}`, { headers: { accept: 'application/json', ...headers } })).json<
    Record<string, unknown>
  >()

/** The whole page says this, in one line. */
const said = async (site: Site, { uuid }: { uuid: string }) =>
  (await site.get(`/requests/${uuid}`)).texts('main')[0] as string

async function finish(site: Site, request: SubmittedRequest, exitcode = 4): Promise<string> {
  const runId = runIdOf(request)
  await site.record(
    aRun().of(request.package).triggeredBy('gzip/1.12-1').by('joe').exiting(exitcode).named(runId),
  )
  return runId
}

describe('a request that was made here', () => {
  it('is being queued until the broker has confirmed it', async () => {
    const site = await aSite()
    const request = await aClaimed(site)
    expect(await stateOf(site, request)).toMatchObject({ state: 'claimed', uuid: request.uuid })
    expect(await said(site, request)).toContain('being queued gzip on noble amd64')
  })

  it('waits in its queue, with its place and since when', async () => {
    const site = await aSite()
    const request = await aSubmitted(site, {}, {}, EARLIER)
    await site.web.snapshots.queued.replace(aQueue(['first\n{}', request.body]))
    expect(await stateOf(site, request)).toMatchObject({
      ...{ state: 'queued', position: 2, queue: { size: 2, known: 2 } },
      ...{ release: 'noble', arch: 'amd64', package: 'gzip', triggers: ['gzip/1.12-1'], requester: 'joe' },
      links: { run: `https://autopkgtest.example/run/${request.uuid}` },
    })
    const page = await said(site, request)
    expect(page).toContain('It is number 2 of 2 in the queue ubuntu noble/amd64')
    expect(page).toContain(`waited since ${request.published?.toISOString().slice(0, 10)}`)
  })

  it('is likely to start within a range, or nobody knows when', async () => {
    const site = await aSite()
    const request = await aSubmitted(site, {}, {}, EARLIER)
    await site.web.snapshots.queued.replace(aQueue([request.body]))
    expect(await stateOf(site, request)).toMatchObject({ expected: null })
    expect(await said(site, request)).toContain('Its start cannot be estimated')
    const other = await aSite()
    const known = await aSubmitted(other, {}, {}, EARLIER)
    await other.web.snapshots.queued.replace(aQueue([known.body]))
    await paceOf(other, 2)
    expect(await said(other, known)).toContain('It is likely to start between')
    const { start } = ((await stateOf(other, known)) as { expected: { start: { from: string; to: string } } })
      .expected
    expect(Date.parse(start.from)).toBeLessThan(Date.parse(start.to))
  })

  it('has no place where the end of its queue is not seen, or was not read since', async () => {
    const site = await aSite()
    const request = await aSubmitted(site, {}, {}, EARLIER)
    expect(await said(site, request)).toContain('which has not been read since')
    await site.web.snapshots.queued.replace(aQueue(['first\n{}'], { size: 84_120 }))
    expect(await said(site, request)).toContain('behind the first 1 of 84,120 requests')
    const json = await stateOf(site, request)
    expect(json).toMatchObject({ state: 'queued', queue: { size: 84_120, known: 1 } })
    expect(json).not.toHaveProperty('position')
  })

  it('has left its queue where the whole of it is known, and it is not there', async () => {
    const site = await aSite()
    const request = await aSubmitted(site, {}, {}, EARLIER)
    await site.web.snapshots.queued.replace(aQueue(['first\n{}']))
    expect(await stateOf(site, request)).toMatchObject({ state: 'taken' })
  })

  it('runs, with the tail of its log, and is followed', async () => {
    const site = await aSite()
    const request = await aSubmitted(site)
    const { uuid } = request
    const running = aRunningTest('gzip', { uuid }, { duration: 75, logtail: 'unpacking <b>' })
    await site.web.snapshots.running.replace(running)
    expect(await stateOf(site, request)).toMatchObject({
      ...{ state: 'running', duration: 75, logtail: 'unpacking <b>' },
    })
    const page = await site.get(`/requests/${uuid}`)
    expect(page.texts('.tail pre')).toEqual(['unpacking <b>'])
    expect(page.texts('main p')[1]).toContain('0h 01m 15s')
    expect(page.document.querySelector('[data-live]')?.getAttribute('data-live')).toBe('running results')
    expect(page.headers.get('cache-control')).toBe('private, no-store')
  })

  it('has ended when its result is recorded, whatever old files say', async () => {
    const site = await aSite()
    const request = await aSubmitted(site)
    await site.web.snapshots.running.replace(aRunningTest('gzip', { uuid: request.uuid }))
    const runId = await finish(site, request)
    expect(await stateOf(site, request)).toMatchObject({
      ...{ state: 'finished', run_id: runId, verdict: 'fail', exitcode: 4, duration: 71 },
    })
    const page = await site.get(`/requests/${request.uuid}`)
    expect(page.texts('h1')).toEqual(['fail gzip on noble amd64'])
    const hrefs = [...page.document.querySelectorAll('.ways-on a')].map(a => a.getAttribute('href'))
    expect(hrefs).toEqual([`/packages/gzip/noble/amd64/${runId}/log`, `/packages/gzip/noble/amd64/${runId}`])
    expect(page.document.querySelector('[data-live]')?.getAttribute('data-live')).toBe('')
  })

  it('is not taken for ended by a run of before, of others, or for other triggers', async () => {
    const site = await aSite()
    const request = await aSubmitted(site)
    const run = aRun().of('gzip').triggeredBy('gzip/1.12-1')
    await site.record(
      run.named(runIdOf(request, -60)),
      run.named(runIdOf({ ...request, runIdSuffix: '00000' })),
      run.of('bzip2').named(runIdOf(request)),
      run.triggeredBy('glibc/2.39').named(runIdOf(request, 2)),
    )
    expect(await stateOf(site, request)).toMatchObject({ state: 'queued' })
  })

  it('says why it was not queued, or was taken out again', async () => {
    const site = await aSite()
    const [failed, removed] = [await aClaimed(site), await aSubmitted(site)]
    await site.web.state.requests.failed(failed.uuid, 'nothing consumes noble/amd64 <b>')
    await site.web.state.requests.removed(removed.uuid, 'a newer version is there')
    expect(await said(site, failed)).toContain('It was not queued: nothing consumes noble/amd64 <b>')
    expect(await said(site, removed)).toContain('It was removed from its queue: a newer version is there')
    expect(await stateOf(site, removed)).toMatchObject({
      state: 'removed',
      reason: 'a newer version is there',
    })
  })

  it('for a PPA is found in the container of the PPA', async () => {
    const site = await aSite()
    const params = { ppas: ['ann/base', 'joe/tools'] }
    const request = await aSubmitted(site, { context: 'ppa' }, params)
    const run = { release: 'noble', arch: 'amd64', package: 'gzip', runId: runIdOf(request) }
    const container = 'autopkgtest-noble-joe-tools'
    await site.web.store.createContainer(container, 'public')
    expect((await site.get(`/run/${request.uuid}`)).status).toBe(404)
    const tar = await tarOf({ exitcode: '0\n', duration: '71\n' })
    await site.web.store.put(container, `${runDirectory(run)}/result.tar`, tar)
    expect(await stateOf(site, request)).toMatchObject({ state: 'finished', verdict: 'pass' })
    const leads = async (path: string) => (await site.get(path)).headers.get('location')
    expect(await leads(`/run/${request.uuid}`)).toBe('/user/joe/ppa/tools')
    const log = await leads(`/run/${request.uuid}/log`)
    expect(log?.split('/')).toEqual(expect.arrayContaining([container, 'noble', 'amd64', 'gzip', run.runId]))
  })

  it('for a PPA is found behind other runs, however few names the store gives at once', async () => {
    const site = await aSite()
    const request = await aSubmitted(site, { context: 'ppa' }, { ppas: ['joe/tools'] })
    const container = 'autopkgtest-noble-joe-tools'
    const { store } = site.web
    await store.createContainer(container, 'public')
    const before = runIdOf(request, 0).slice(0, 16)
    const others = ['0', '1', '2'].map(digit => `${before}0000${digit}@`)
    for (const runId of [...others, runIdOf(request)]) {
      const run = { release: 'noble', arch: 'amd64', package: 'gzip', runId }
      await store.put(container, `${runDirectory(run)}/result.tar`, await tarOf({ exitcode: '0\n' }))
    }
    const { list } = store
    Object.assign(store, {
      list: (name: string, query: object) => list(name, { ...query, limit: 1 }),
    })
    expect(await stateOf(site, request)).toMatchObject({ state: 'finished', verdict: 'pass' })
  })
})

describe('/run/<uuid>', () => {
  it('is 404 until the run has ended, and leads to it then', async () => {
    const site = await aSite()
    const request = await aSubmitted(site)
    for (const path of [`/run/${request.uuid}`, `/run/${request.uuid}/log`]) {
      expect((await site.get(path)).status, path).toBe(404)
    }
    const runId = await finish(site, request)
    const run = await site.get(`/run/${request.uuid}`)
    expect([run.status, run.headers.get('location')]).toEqual([303, `/packages/gzip/noble/amd64/${runId}`])
    const log = await site.get(`/run/${request.uuid}/log`)
    expect(log.headers.get('location')).toBe(`/packages/gzip/noble/amd64/${runId}/log`)
  })
})

describe('a number that is no request of this site', () => {
  it.each([
    ...['0', 'no-uuid', '%00', '...', `${randomUUID()}x`, randomUUID().toUpperCase()],
    ...['%F0%9F%92%A9', '%2e%2e%2f', `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(13)}`],
  ])('%s is 404 without a query', async uuid => {
    const site = await aSite()
    await site.web.state.close()
    for (const path of [`/requests/${uuid}`, `/run/${uuid}`, `/run/${uuid}/log`]) {
      expect((await site.get(path)).status, path).toBe(404)
    }
  })

  it('is 404 as problem details for programs', async () => {
    const page = await (await aSite()).get(`/requests/${randomUUID()}`, JSON_WANTED)
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })
})

describe('a private request', () => {
  it.each([
    ['with readers', { readableBy: ['jane', 'a-team'] }, { 'readable-by': 'jane a-team' }],
    ['of a Swift user', {}, { swiftuser: 'jane-swift' }],
  ])('%s is 404 in the same words as none, but for who asked', async (_, changes, params) => {
    const site = await aSite()
    await site.web.store.createContainer('private-autopkgtest-noble', 'private')
    const request = await aSubmitted(site, { ...changes, package: 'secret-thing' }, params)
    const joe = await signedInAs(site, 'joe')
    for (const path of ['/requests/UUID', '/run/UUID', '/run/UUID/log']) {
      const hidden = await site.get(path.replace('UUID', request.uuid))
      const none = await site.get(path.replace('UUID', randomUUID()))
      expect([hidden.status, hidden.text], path).toEqual([404, none.text])
    }
    const own = await site.get(`/requests/${request.uuid}`, { headers: joe })
    expect(own.texts('h1')[0]).toContain('secret-thing')
    expect(own.document.querySelector('a[href*="/packages/"]')).toBeNull()
    expect(own.headers.get('cache-control')).toBe('private, no-store')
  })

  it('is shown to those whom it names, and leads them to its log', async () => {
    const site = await aSite()
    const request = await aSubmitted(
      site,
      { readableBy: ['jane'], requester: 'ann' },
      { 'readable-by': 'jane' },
    )
    await site.web.store.createContainer('private-autopkgtest-noble', 'private')
    const jane = await signedInAs(site, 'jane')
    const joe = await signedInAs(site, 'joe')
    expect((await site.get(`/requests/${request.uuid}`, { headers: joe })).status).toBe(404)
    await site.web.snapshots.queued.replace(aQueue(['private job']))
    expect(await stateOf(site, request, jane)).toMatchObject({ state: 'queued' })
    const run = { release: 'noble', arch: 'amd64', package: 'gzip', runId: runIdOf(request) }
    const name = `${runDirectory(run)}/result.tar`
    await site.web.store.put('private-autopkgtest-noble', name, await tarOf({ exitcode: '4\n' }))
    const led = await site.get(`/run/${request.uuid}`, { headers: jane })
    expect(led.headers.get('location')).toBe(
      `/private-results/private-autopkgtest-noble/${runDirectory(run)}/log`,
    )
    expect((await site.get(`/run/${request.uuid}`, { headers: joe })).status).toBe(404)
  })
})
