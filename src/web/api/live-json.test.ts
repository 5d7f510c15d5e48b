import { describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../test/builders/live.ts'
import { aRun } from '../../../test/builders/run.ts'
import { paceOf } from '../../../test/web/pace.ts'
import { aSite, type Site } from '../../../test/web/site.ts'
import { aSubmitted } from '../../../test/web/submitted.ts'

const UUID = '01234567-89ab-cdef-0123-456789abcdef'
const UPLOAD = { triggers: ['glibc/2.39-1'] }
const RANGE = { from: expect.any(String), to: expect.any(String) }

interface Expected {
  readonly expected: { readonly start: { readonly from: string; readonly to: string } } | null
}
type Live = { readonly queued: { readonly total: number; readonly requests: readonly Expected[] } }

/** Where `hello` and `new` wait, behind a private request, and `hello` runs. */
async function aBusySite(): Promise<Site> {
  const site = await aSite([aRun().of('hello').lasting(600)])
  await site.web.snapshots.queued.replace(
    aQueue(['private job', aRequest('hello', { ...UPLOAD, uuid: UUID }), aRequest('new', UPLOAD)]),
  )
  await site.web.snapshots.running.replace(aRunningTest('hello', UPLOAD, { arch: 'arm64', duration: 75 }))
  return site
}

const hello = (expected: object) => ({
  ...{ context: 'ubuntu', release: 'noble', arch: 'amd64', position: 2 },
  ...{ package: 'hello', triggers: ['glibc/2.39-1'], uuid: UUID, ...expected },
})

describe('the place and the likely start of what waits, for programs', () => {
  it.each(['/packages/hello.json', '/packages/hello?format=json', '/packages/hello/noble/amd64.json'])(
    'stand in %s, with the likely end where it is known how long the test takes',
    async address => {
      const site = await aBusySite()
      await paceOf(site, 1)
      const { queued } = (await site.get(address)).json<Live>()
      expect(queued).toEqual({ total: 1, requests: [hello({ expected: { start: RANGE, end: RANGE } })] })
      const { from, to } = queued.requests[0]?.expected?.start ?? { from: '', to: '' }
      expect(Date.parse(from)).toBeLessThan(Date.parse(to))
    },
  )

  it('stand with a trigger, beside what runs', async () => {
    const site = await aBusySite()
    await paceOf(site, 1)
    const address = '/triggers/glibc/2.39-1.json'
    const live = (await site.get(address)).json<Live>()
    expect(live).toMatchObject({
      running: {
        total: 1,
        tests: [
          { release: 'noble', arch: 'arm64', package: 'hello', triggers: UPLOAD.triggers, seconds: 75 },
        ],
      },
      queued: {
        total: 2,
        requests: [
          { package: 'hello', position: 2, expected: { start: RANGE, end: RANGE } },
          { package: 'new', position: 3, expected: { start: RANGE, end: null } },
        ],
      },
    })
    const later = (await site.get(`${address}?after=noble/amd64/a`)).json<object>()
    expect(later).not.toHaveProperty('queued')
  })

  it('are told of the requests of a user', async () => {
    const site = await aSite()
    const request = await aSubmitted(site)
    await site.web.snapshots.queued.replace(aQueue([request.body]))
    await paceOf(site, 1)
    const mine = await site.get('/user/joe/requests', { headers: { accept: 'application/json' } })
    expect(mine.json()).toMatchObject({
      requests: [{ state: 'queued', position: 1, expected: { start: RANGE, end: null } }],
    })
  })

  it('say since when nothing starts, where nobody can tell', async () => {
    const first = async (site: Site) => {
      const { queued } = (await site.get('/packages/hello.json')).json<Live>()
      return queued.requests[0]
    }
    expect(await first(await aBusySite())).toEqual(hello({ expected: null, no_start_since: null }))
    const still = await aBusySite()
    await paceOf(still, 0)
    expect(await first(still)).toEqual(
      hello({ expected: null, no_start_since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) }),
    )
  })

  it('are never told of a private run', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace(aRunningTest('private-test'))
    await site.web.snapshots.queued.replace(aQueue(['private job']))
    const nothing = { running: { total: 0, tests: [] }, queued: { total: 0, requests: [] } }
    expect((await site.get('/packages/private-test.json')).json()).toMatchObject(nothing)
    expect((await site.get('/packages/private-test/noble/amd64.json')).json()).toMatchObject(nothing)
  })
})
