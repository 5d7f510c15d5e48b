import { describe, expect, it, onTestFinished } from 'vitest'
import { startLaunchpad } from '../../../test/backends/fake-launchpad.ts'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { aQueue, aRequest, aRunningTest } from '../../../test/builders/live.ts'
import { openSnapshotsIn } from '../../../test/builders/snapshots.ts'
import { httpLaunchpad } from '../../backends/launchpad/http.ts'
import { readRequestForm } from '../../domain/request/request-form.ts'
import { checkTestRequest } from './check-test-request.ts'

const RULES = {
  releases: ['noble'],
  arches: ['amd64', 's390x'],
  allowedRequestors: ['autopkgtest-requestors'],
}
const WORLD = {
  published: ['noble hello 1 main', 'noble glibc 2.39 main', 'noble hello 2 owner/tools'],
  ppas: ['owner/tools'],
  uploaders: ['joe noble hello main', 'ann noble glibc main'],
  superTeams: { kim: ['autopkgtest-requestors'] },
}
const WHOLE = 'release=noble&arch=amd64&arch=s390x&package=hello&trigger=glibc/2.39'

async function aService() {
  const peer = await startLaunchpad(WORLD)
  const launchpad = httpLaunchpad({ apiUrl: peer.apiUrl })
  onTestFinished(async () => {
    await launchpad.close()
    await peer.close()
  })
  const snapshots = openSnapshotsIn(temporaryFolder())
  return {
    snapshots,
    check(text: string, requester = 'joe') {
      const query = new URLSearchParams(text)
      const form = readRequestForm(query, 'https://autopkgtest.example')
      if ('lines' in form) throw new Error('incomplete')
      return checkTestRequest({ launchpad, snapshots }, RULES, query, form, requester)
    },
  }
}

describe('who may ask for a test', () => {
  it.each([
    ['joe', 'you can upload hello'],
    ['ann', 'you can upload glibc, a trigger of this request'],
    ['kim', 'you are in a team whose members may ask for anything'],
  ])('%s: %s', async (requester, because) => {
    expect(await (await aService()).check(WHOLE, requester)).toEqual({ because })
  })

  it('is told to those who may not', async () => {
    expect(await (await aService()).check(WHOLE, 'eve')).toEqual({
      status: 403,
      lines: [
        'You are not allowed to upload hello or glibc/2.39 to Ubuntu, thus you are not allowed to use this service.',
      ],
    })
  })
})

describe('what may be asked for', () => {
  it.each([
    ['trigger=glibc/2.40', 'glibc/2.40 is not published in noble'],
    ['trigger=nothing/1', 'nothing/1 is not published in noble'],
    ['trigger=a/b/c', 'Malformed trigger, must be srcpackage/version'],
    ['ppa=owner/none', 'ppa owner/none not found'],
    ['ppa=x:y@owner/tools', 'ppa x:y@owner/tools not found'],
    ['ppa=owner/tools', 'glibc/2.39 is not published in PPA owner/tools noble'],
  ])('not %s: %s', async (more, line) => {
    const answer = await (await aService()).check(`${WHOLE}&${more}`)
    expect(answer).toMatchObject({ lines: [line] })
  })

  it('is a package that is published, but for one in a PPA', async () => {
    const { check } = await aService()
    const unknown = WHOLE.replace('hello', 'nothing')
    expect(await check(unknown)).toMatchObject({ lines: ['nothing is not published in noble'] })
    const fromPpa = unknown.replace('glibc/2.39', 'hello/2')
    expect(await check(`${fromPpa}&ppa=owner/tools`)).toMatchObject({ because: expect.any(String) })
  })

  it('is a baseline, which nobody publishes', async () => {
    const { check } = await aService()
    expect(await check(WHOLE.replace('glibc/2.39', 'migration-reference/0'))).toEqual({
      because: 'you can upload hello',
    })
  })
})

describe('a request for what is there already', () => {
  it('is refused while the same runs on one of its architectures', async () => {
    const { snapshots, check } = await aService()
    await snapshots.running.replace(aRunningTest('hello', { triggers: ['glibc/2.39'] }, { arch: 's390x' }))
    expect(await check(WHOLE)).toEqual({
      status: 403,
      lines: ['Test already running:', 'release: noble', 'pkg: hello', 'arch: s390x', 'triggers: glibc/2.39'],
    })
  })

  it('is taken while one with all of -proposed runs, and the other way round', async () => {
    const { snapshots, check } = await aService()
    const params = { triggers: ['glibc/2.39'], 'all-proposed': '1' }
    await snapshots.running.replace(aRunningTest('hello', params))
    expect(await check(WHOLE)).toMatchObject({ because: expect.any(String) })
    expect(await check(`${WHOLE}&all-proposed=1`)).toMatchObject({ status: 403 })
  })

  it('is refused while the same waits, unless it waits among the huge ones', async () => {
    const { snapshots, check } = await aService()
    const same = aRequest('hello', { triggers: ['glibc/2.39'], requester: 'ann' })
    await snapshots.queued.replace(aQueue([same], { context: 'huge' }))
    expect(await check(WHOLE)).toMatchObject({ because: expect.any(String) })
    await snapshots.queued.replace(aQueue([same]))
    expect(await check(WHOLE)).toMatchObject({ lines: expect.arrayContaining(['Test already queued:']) })
  })
})
