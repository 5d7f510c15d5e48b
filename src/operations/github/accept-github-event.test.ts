import { createHash } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  aDelivery,
  aPullRequest,
  EVENTS,
  examplesOf,
  HOOK,
} from '../../../test/builders/github-deliveries.ts'
import { aGithubSite } from '../../../test/builders/github-site.ts'
import { aQueue, aRequest, aRunningTest } from '../../../test/builders/live.ts'
import { fc } from '../../../test/fuzz.ts'
import { LONGEST_GITHUB_EVENT } from '../../contracts/api/github-event.ts'
import { parseTestRequest } from '../../contracts/messages/test-request.ts'

const SHA = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
const STATUSES = `https://api.github.com/repos/Codertocat/Hello-World/statuses/${SHA}`
const TEST = { release: 'noble', arch: 'amd64', package: 'hello-upstream' }
const FAR = new Date('2100-01-01')

describe('an event of GitHub', () => {
  it('that opened a pull request is kept, to be queued as upstreams know it', async () => {
    const { deliver, state } = await aGithubSite()
    const delivery = aDelivery('pull_request', aPullRequest(), {
      query: `${HOOK}&env=AB=1;CD=2&testname=smoke`,
    })
    const answer = await deliver(delivery)
    expect(answer).toMatchObject({ status: 200, lines: ['Test request submitted.'] })
    const [job, ...others] = await state.githubJobs.takeDue(10, 60, FAR)
    expect(others).toEqual([])
    expect(job).toMatchObject({
      ...TEST,
      testname: 'smoke',
      statusesUrl: STATUSES,
      container: 'autopkgtest-noble-owner-ci',
      step: 'accepted',
      address: '192.30.252.1',
      uuid: answer.accepted?.uuid,
      params: {
        'build-git': 'https://github.com/Codertocat/Hello-World.git#refs/pull/2/head',
        env: ['AB=1', 'CD=2', 'UPSTREAM_PULL_REQUEST=2', `GITHUB_STATUSES_URL=${STATUSES}`],
        ppas: ['owner/ci'],
        testname: 'smoke',
      },
    })
  })

  it('may say in its address which tree is tested, and may be a form', async () => {
    const { deliver } = await aGithubSite()
    const form = new URLSearchParams({ payload: JSON.stringify(aPullRequest()) }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const query = `${HOOK}&build-git=https://h.example/x.git`
    const answer = await deliver(aDelivery('pull_request', form, { query, headers }))
    expect(answer.accepted?.params).toMatchObject({ 'build-git': 'https://h.example/x.git' })
  })

  it.each([
    ['no signature', { 'x-hub-signature': '', 'x-hub-signature-256': '' }],
    ['another signature', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
    ['a short signature', { 'x-hub-signature-256': 'sha256=00' }],
  ])('with %s is refused before it is read', async (_, headers) => {
    const { deliver, state } = await aGithubSite()
    for (const payload of [aPullRequest(), 'api.github.com{', '']) {
      expect(await deliver(aDelivery('ping', payload, { headers }))).toEqual({
        status: 403,
        lines: ['GitHub signature verification failed'],
      })
    }
    expect(await state.githubJobs.takeDue(10, 60, FAR)).toEqual([])
    expect(await state.requests.refusals({ limit: 10, offset: 0 })).toEqual([])
  })

  it('is believed by its old signature alone, and with each of two secrets', async () => {
    const { deliver } = await aGithubSite()
    const old = aDelivery('ping', { zen: 'x' }, { headers: { 'x-hub-signature-256': '' } })
    expect(await deliver(old)).toEqual({ status: 200, lines: ['OK'] })
    expect(await deliver(aDelivery('ping', {}, { secret: 'n3w' }))).toMatchObject({ status: 200 })
    expect(await deliver(aDelivery('ping', {}, { secret: 'older' }))).toMatchObject({ status: 403 })
    const other = HOOK.replace('hello-upstream', 'gzip')
    expect(await deliver(aDelivery('ping', {}, { query: other }))).toMatchObject({ status: 403 })
  })

  it('of any other kind is answered, as GitHub’s own examples have it, and is no test', async () => {
    const { deliver, state } = await aGithubSite()
    const relevant = ['opened', 'synchronize', 'reopened']
    for (const name of EVENTS) {
      for (const payload of examplesOf(name)) {
        const isRelevant = relevant.includes(payload.action as string)
        if (name === 'pull_request' && isRelevant) continue
        const { status, lines } = await deliver(aDelivery(name, payload))
        const irrelevant = `GitHub PR action ${payload.action ?? '<none>'} is not relevant for testing`
        if (name === 'ping') expect([status, lines]).toEqual([200, ['OK']])
        else if (isRelevant) expect([status, lines]).toEqual([400, ["Missing field in JSON data: 'number'"]])
        else expect([status, lines]).toEqual([200, [irrelevant]])
      }
    }
    expect(await state.githubJobs.takeDue(10, 60, FAR)).toEqual([])
  })

  it.each(['opened', 'synchronize', 'reopened'])('that %s a pull request is taken', async action => {
    const { deliver } = await aGithubSite()
    const payload = examplesOf('pull_request').find(one => one.action === action)
    expect(await deliver(aDelivery('pull_request', payload))).toMatchObject({ status: 200, accepted: TEST })
  })

  it.each([
    ['{', 'Malformed JSON data'],
    ['[1]', 'Malformed JSON data'],
    [{ action: 'opened' }, "Missing field in JSON data: 'number'"],
    [{ action: 'opened', number: 1 }, "Missing field in JSON data: 'pull_request'"],
    [{ ...aPullRequest(), pull_request: {} }, "Missing field in JSON data: 'statuses_url'"],
    [
      { action: 'opened', number: 1, pull_request: { statuses_url: STATUSES } },
      "Missing field in JSON data: 'base'",
    ],
    [
      aPullRequest({ api: 'https://api.github.com@evil.example' }),
      "Missing field in JSON data: 'statuses_url'",
    ],
    [aPullRequest({ sha: `../../x/statuses/${SHA}` }), "Missing field in JSON data: 'statuses_url'"],
    [aPullRequest({ sha: `${SHA} ADT=1` }), "Missing field in JSON data: 'statuses_url'"],
  ])('that lacks something is told what: %#', async (payload, line) => {
    const { deliver, state } = await aGithubSite()
    expect(await deliver(aDelivery('pull_request', payload))).toEqual({ status: 400, lines: [line] })
    expect(await state.requests.refusals({ limit: 10, offset: 0 })).toMatchObject([
      { source: 'webhook', address: '192.30.252.1', reason: line },
    ])
  })

  it('that is huge is not even signed', async () => {
    const { deliver } = await aGithubSite()
    const most = aDelivery('push', `{"x": "${'x'.repeat(LONGEST_GITHUB_EVENT - 9)}"}`)
    expect(most.body.length).toBe(LONGEST_GITHUB_EVENT)
    expect(await deliver(most)).toMatchObject({ status: 200 })
    expect(await deliver({ ...most, body: Buffer.concat([most.body, Buffer.from(' ')]) })).toEqual({
      status: 400,
      lines: ['GitHub event is too long'],
    })
  })
})

describe('what its address asks for', () => {
  it.each([
    [HOOK.replace('noble', 'warty'), 404, 'release warty not found'],
    [HOOK.replace('amd64', 'vax'), 404, 'arch vax not found'],
    [HOOK.replace('owner/ci', 'owner/none'), 404, 'ppa owner/none not found'],
    [HOOK.replace('&ppa=owner/ci', ''), 400, 'Must specify at least one PPA (to associate results with)'],
    [`${HOOK}&env=1`, 400, 'Invalid environment variable format "1"'],
    [`${HOOK}&build-git=x`, 400, 'Malformed build-git'],
    [`${HOOK}&testname=!`, 400, 'Malformed testname'],
    [`${HOOK}&trigger=a/1`, 400, 'Unsupported arguments: trigger'],
  ])('is checked: %s', async (query, status, line) => {
    const { deliver, state } = await aGithubSite()
    expect(await deliver(aDelivery('pull_request', aPullRequest(), { query }))).toEqual({
      status,
      lines: [line],
    })
    expect(await state.githubJobs.takeDue(10, 60, FAR)).toEqual([])
  })

  it('is not kept while an equal test runs or waits', async () => {
    const { deliver, snapshots } = await aGithubSite()
    const delivery = aDelivery('pull_request', aPullRequest())
    const lines = ['release: noble', 'pkg: hello-upstream', 'arch: amd64', 'triggers: ']
    const params = {
      'build-git': 'https://github.com/Codertocat/Hello-World.git#refs/pull/2/head',
      env: ['UPSTREAM_PULL_REQUEST=2', `GITHUB_STATUSES_URL=${STATUSES}`],
      ppas: ['owner/ci'],
      uuid: 'another',
    }
    await snapshots.running.replace(aRunningTest('hello-upstream', params))
    expect(await deliver(delivery)).toEqual({ status: 403, lines: ['Test already running:', ...lines] })
    await snapshots.running.replace({})
    const requests = [aRequest('hello-upstream', params)]
    await snapshots.queued.replace(aQueue(requests, { context: 'upstream' }))
    expect(await deliver(delivery)).toEqual({ status: 403, lines: ['Test already queued:', ...lines] })
  })
})

describe('a Launchpad that is slow or away', () => {
  it.each([
    ['is slow', () => true],
    ['is away', (_: unknown, response: { destroy(): void }) => Boolean(response.destroy()) || true],
  ])('and %s is asked later: the answer does not wait', async (_, launchpad) => {
    const { deliver, state } = await aGithubSite({ launchpad })
    expect(await deliver(aDelivery('pull_request', aPullRequest()))).toMatchObject({
      status: 200,
      accepted: TEST,
    })
    expect(await state.githubJobs.open(TEST)).toMatchObject([{ step: 'unchecked' }])
  })
})

describe('a replay', () => {
  it('is known without its delivery id, whatever else differs', async () => {
    const { deliver, state } = await aGithubSite()
    await deliver(aDelivery('pull_request', aPullRequest()))
    const replays = [
      aDelivery('pull_request', aPullRequest(), { headers: { 'x-github-delivery': '' } }),
      aDelivery('', aPullRequest(), { headers: { 'x-github-delivery': 'new', 'x-hub-signature-256': '' } }),
      aDelivery('pull_request', { ...aPullRequest(), action: 'synchronize' }, { secret: 'n3w' }),
    ]
    for (const replay of replays) {
      expect(await deliver(replay)).toMatchObject({
        status: 403,
        lines: expect.arrayContaining(['arch: amd64']),
      })
    }
    expect(await state.githubJobs.open(TEST)).toHaveLength(1)
    const next = aPullRequest({ sha: 'f'.repeat(40) })
    expect(await deliver(aDelivery('pull_request', next))).toMatchObject({ status: 200 })
  })

  it('that comes to two websites at the same moment is kept by one', async () => {
    const { deliver, openState } = await aGithubSite()
    const there = await openState()
    onTestFinished(() => there.close())
    const deliveries = Array.from({ length: 10 }, (_, n) =>
      deliver(aDelivery('pull_request', aPullRequest()), new Date(), n % 2 ? { state: there } : {}),
    )
    const answers = await Promise.all(deliveries)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(9)
  })

  it('of a test that failed asks for it again, and of one that passed does not', async () => {
    const { deliver, state } = await aGithubSite()
    const delivery = aDelivery('pull_request', aPullRequest())
    for (const outcome of ['failure', 'error', 'success'] as const) {
      expect(await deliver(delivery)).toMatchObject({ status: 200, accepted: TEST })
      const [job] = await state.githubJobs.open(TEST)
      if (job === undefined) throw new Error('nothing was kept')
      await state.githubJobs.end(job, { outcome, runId: '20261120_101112_abcde@' }, new Date())
    }
    expect(await deliver(delivery)).toEqual({
      status: 200,
      lines: ['GitHub PR 2 has passed this test at this commit'],
    })
  })
})

describe('signed nonsense', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('noble', 'amd64', 'owner/ci', 'AB=1', '__proto__', '{x}'),
  )
  const names = fc.constantFrom(
    'release',
    'arch',
    'ppa',
    'env',
    'build-git',
    'testname',
    'trigger',
    '__proto__',
  )
  const fields = fc.dictionary(
    fc.constantFrom('action', 'number', 'pull_request', '__proto__', 'constructor'),
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('opened', 2)),
  )

  it('is answered in the words of a refusal, and what is kept is a request that workers take', async () => {
    const { deliver, state } = await aGithubSite()
    let accepted = 0
    const query = fc.array(fc.tuple(names, text), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(query, fields, fc.boolean(), async (added, changes, isWhole) => {
        const parameters = new URLSearchParams(isWhole ? HOOK : 'package=hello-upstream')
        for (const [name, value] of added) parameters.append(name, value)
        const sha = createHash('sha1')
          .update(JSON.stringify([added, changes]))
          .digest('hex')
        const payload = { ...aPullRequest({ sha }), ...changes }
        const query = parameters.toString()
        const answer = await deliver(aDelivery('pull_request', payload, { query }))
        expect([200, 400, 403, 404]).toContain(answer.status)
        if (answer.accepted === undefined) return
        accepted++
        const { package: name, params } = answer.accepted
        expect(parseTestRequest(Buffer.from(`${name}\n${JSON.stringify(params)}`))).toMatchObject({
          ok: true,
        })
      }),
      { numRuns: 300 },
    )
    expect(await state.githubJobs.takeDue(1000, 60, FAR)).toHaveLength(accepted)
  })
})
