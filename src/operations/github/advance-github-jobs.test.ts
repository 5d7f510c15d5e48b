import { describe, expect, it } from 'vitest'
import { aGithubJob } from '../../../test/builders/github-job.ts'
import { aGithubSite, type GithubSiteOptions } from '../../../test/builders/github-site.ts'
import { aRequest } from '../../../test/builders/request.ts'
import { QUEUE } from '../../../test/builders/upstream-worker.ts'
import { silentLog } from '../../log.ts'
import { advanceGithubJobs } from './advance-github-jobs.ts'

const BEGAN = new Date('2026-11-20T12:00:00Z')
const after = (seconds: number) => new Date(BEGAN.getTime() + seconds * 1000)
const HOUR = 3600

/** A site that has accepted one job, for hello-upstream on this architecture. */
async function withJob(arch: string, options: GithubSiteOptions = {}) {
  const site = await aGithubSite(options)
  const statusesUrl = `${site.peer.url}/repos/a/b/statuses/${'c'.repeat(40)}`
  const job = aGithubJob({
    package: 'hello-upstream',
    arch,
    statusesUrl,
    container: 'autopkgtest-noble-owner-ci',
  })
  await site.state.githubJobs.accept(job, BEGAN)
  const deps = { ...site.backends, log: silentLog }
  return {
    ...site,
    job,
    advance: (seconds: number) => advanceGithubJobs(deps, 'https://autopkgtest.example', after(seconds)),
    told: () => site.peer.statuses.map(({ state, description }) => `${state}: ${description}`),
  }
}

describe('a test that GitHub asked for', () => {
  it('whose queue nobody takes from is tried less and less often, and given up after a day', async () => {
    const { advance, told, peer, broker } = await withJob('s390x')
    for (let second = 0; second <= 25 * HOUR; second += 60) await advance(second)
    expect(told()).toEqual([
      'pending: autopkgtest running',
      'error: autopkgtest could not be queued: nothing consumes noble/s390x',
    ])
    expect(peer.asked).toHaveLength(2)
    await broker.declareQueues(['debci-upstream-noble-s390x'])
    await advance(26 * HOUR)
    expect((await broker.depths(['debci-upstream-noble-s390x'])).get('debci-upstream-noble-s390x')).toBe(0)
  })

  it('is queued as soon as somebody takes from its queue', async () => {
    const { advance, told, broker } = await withJob('s390x')
    await advance(0)
    await broker.declareQueues(['debci-upstream-noble-s390x'])
    await advance(9)
    await advance(10)
    expect((await broker.depths(['debci-upstream-noble-s390x'])).get('debci-upstream-noble-s390x')).toBe(1)
    expect(told()).toEqual(['pending: autopkgtest running'])
  })

  it('is queued at once though GitHub is away, which is not asked again for ever', async () => {
    const { advance, told, peer, broker } = await withJob('amd64', {
      github: (request, response) => {
        request.resume()
        response.writeHead(500).end()
        return true
      },
    })
    await advance(0)
    expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(1)
    for (let second = 60; second <= 72 * HOUR; second += 600) await advance(second)
    expect(peer.asked.length).toBeGreaterThan(20)
    expect(peer.asked.length).toBeLessThan(40)
    expect(told()).toEqual([])
  })

  it('leaves GitHub alone for as long as it asks', async () => {
    const { advance, told, peer } = await withJob('amd64', {
      github: (request, response) => {
        const isFirst = peer.asked.length === 1
        if (isFirst) request.resume() && response.writeHead(429, { 'retry-after': '7000' }).end()
        return isFirst
      },
    })
    await advance(0)
    // By the clock of GitHub's answer, which is that of now
    const seconds = (Date.now() - BEGAN.getTime()) / 1000
    for (const wait of [10, 600, 6900]) await advance(seconds + wait)
    expect(peer.asked).toHaveLength(1)
    expect(told()).toEqual([])
  })

  it('whose request was taken out of the queue by an operator is told so', async () => {
    const { advance, told, state, job } = await withJob('amd64')
    await advance(0)
    await state.requests.removed(job.uuid, 'obsolete')
    await advance(HOUR)
    await advance(HOUR)
    expect(told().at(-1)).toBe('error: autopkgtest could not be queued: removed from the queue')
  })

  it('whose request was given up is requested anew', async () => {
    const { advance, state, job, broker } = await withJob('amd64')
    await state.requests.claim([aRequest({ uuid: job.uuid })], 60, BEGAN)
    await state.requests.failed(job.uuid, 'the broker did not take it')
    await advance(0)
    await advance(0)
    const [queued] = await state.githubJobs.open(job)
    expect(queued).toMatchObject({ step: 'queued', statusesUrl: job.statusesUrl })
    expect(queued?.uuid).not.toBe(job.uuid)
    expect(await state.requests.byUuid(queued?.uuid ?? '')).toMatchObject({
      state: 'published',
      source: 'webhook',
    })
    expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(1)
  })
})
