import { describe, expect, it, onTestFinished } from 'vitest'
import { startLaunchpad } from '../../../test/backends/fake-launchpad.ts'
import { aQueue, aRequest } from '../../../test/builders/live.ts'
import { aSite } from '../../../test/web/site.ts'
import { httpLaunchpad } from '../../backends/launchpad/http.ts'
import { previewTestRequest, wouldBeQueued } from './preview-test-request.ts'

const RULES = {
  releases: ['noble'],
  arches: ['amd64', 's390x'],
  allowedRequestors: ['autopkgtest-requestors'],
  requestsPerHour: 500,
}
const WORLD = {
  published: ['noble hello 1 main', 'noble glibc 2.39 main'],
  ppas: ['owner/tools'],
  uploaders: ['ann noble glibc main'],
}
const WHOLE = 'release=noble&arch=amd64&arch=s390x&package=hello&trigger=glibc/2.39'

async function aService() {
  const { web } = await aSite()
  const peer = await startLaunchpad(WORLD)
  const launchpad = httpLaunchpad({ apiUrl: peer.apiUrl })
  onTestFinished(async () => {
    await launchpad.close()
    await peer.close()
  })
  await web.broker.declareQueues(['debci-noble-amd64', 'debci-noble-s390x'])
  return {
    web,
    peer,
    preview(text: string, requester: string | undefined = 'ann', rules = RULES) {
      const asker = requester === '' ? undefined : { requester, address: '192.0.2.1' }
      const deps = { ...web, launchpad }
      return previewTestRequest(deps, rules, new URLSearchParams(text), asker, new Date())
    },
  }
}

describe('the preview of a request', () => {
  it('says for each architecture what would be queued, and why its reader may', async () => {
    const { preview, web } = await aService()
    const found = await preview(WHOLE)
    expect(found.tests.map(test => [test.queue, test.live, test.isConsumed])).toEqual([
      ['debci-noble-amd64', undefined, true],
      ['debci-noble-s390x', undefined, true],
    ])
    expect(found.permission).toEqual({ because: 'you can upload glibc, a trigger of this request' })
    expect(wouldBeQueued(found)).toBe(true)
    expect(await web.broker.take('debci-noble-amd64')).toBeUndefined()
  })

  it('names all that is wrong with the form, and asks Launchpad nothing then', async () => {
    const { preview, peer } = await aService()
    await peer.close()
    const found = await preview('package=hello&trigger=x&ppa=y')
    expect(found.problems.map(one => one.field)).toEqual(['release', 'arch', 'trigger', 'ppa'])
    expect(found).toMatchObject({ tests: [], isPartial: false })
    expect(wouldBeQueued(found)).toBe(false)
  })

  it('names all that Launchpad does not know', async () => {
    const found = await (await aService()).preview(
      'release=noble&arch=amd64&package=nothing&trigger=glibc/3&trigger=glibc/2.39&trigger=other/1',
    )
    expect(found.problems.map(one => one.text)).toEqual([
      'nothing is not published in noble',
      'glibc/3 is not published in noble',
      'other/1 is not published in noble',
    ])
    expect(found.permission).toBeUndefined()
  })

  it('tells who may not what is missing', async () => {
    const found = await (await aService()).preview(WHOLE, 'eve')
    expect(found.permission).toMatchObject({ status: 403, lines: [expect.stringMatching(/not allowed to/)] })
    expect(wouldBeQueued(found)).toBe(false)
  })

  it('knows what waits already, and that nobody consumes a queue', async () => {
    const { preview, web } = await aService()
    await web.snapshots.queued.replace(aQueue([aRequest('hello', { triggers: ['glibc/2.39'] })]))
    const found = await preview(WHOLE)
    expect(found.tests.map(test => test.live)).toEqual(['queued', undefined])
    expect(wouldBeQueued(found)).toBe(false)
    const elsewhere = await preview(`${WHOLE}&ppa=owner/tools`)
    expect(elsewhere.tests.map(test => test.isConsumed)).toEqual([false, false])
  })

  it('says when one has had enough', async () => {
    const found = await (await aService()).preview(WHOLE, 'ann', { ...RULES, requestsPerHour: 1 })
    expect(found.limited).toMatchObject({ status: 429 })
    expect(wouldBeQueued(found)).toBe(false)
  })

  it('asks Launchpad nothing for a stranger', async () => {
    const { preview, peer } = await aService()
    await peer.close()
    const found = await preview(WHOLE, '')
    expect(found).toMatchObject({ problems: [], permission: undefined, isPartial: false })
    expect(found.tests).toHaveLength(2)
  })

  it('says what it can while Launchpad is away', async () => {
    const { preview, peer } = await aService()
    await peer.close()
    const found = await preview(WHOLE)
    expect(found).toMatchObject({ problems: [], permission: undefined, isPartial: true })
    expect(found.tests).toHaveLength(2)
    expect(wouldBeQueued(found)).toBe(false)
  })
})
