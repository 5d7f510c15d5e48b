import { expect, it, onTestFinished, vi } from 'vitest'
import { type Broker, TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import { updateGithubJobs } from '../../src/daemons/update-github-jobs.ts'
import { startDaemon } from '../builders/daemons.ts'
import { aDelivery, aPullRequest, HOOK } from '../builders/github-deliveries.ts'
import { aGithubSite, type GithubSiteOptions } from '../builders/github-site.ts'
import { CONTAINER, logOf, QUEUE, run, take } from '../builders/upstream-worker.ts'
import { eventually } from '../eventually.ts'

const PUBLIC = 'https://autopkgtest.example'

type Site = Awaited<ReturnType<typeof aGithubSite>>

/** A pull request on the site's GitHub. */
const pullRequest = (site: Site, sha = 'a'.repeat(40)) => aPullRequest({ sha, api: site.peer.url })

const say = (broker: Broker, completion: string) => broker.publishTo(TESTCOMPLETE, completion)

/** The states that GitHub was told, once there are so many. */
const told = (site: Site, count: number) =>
  eventually(() => {
    expect(site.peer.statuses.length).toBeGreaterThanOrEqual(count)
    return site.peer.statuses
  })

/** What update-github-jobs does between a broker, a store and GitHub. */
export function updateGithubJobsSuite(connect: () => Promise<GithubSiteOptions>): void {
  const open = async (options: GithubSiteOptions = {}) => {
    const site = await aGithubSite({ ...(await connect()), ...options })
    return { ...site, start: () => startDaemon(updateGithubJobs, site.backends) }
  }

  it.each([
    [0, 'success'],
    [4, 'failure'],
    [8, 'error'],
  ])('takes a pull request from its delivery to its status, of exit code %i', async (exitcode, state) => {
    const site = await open()
    await site.start()
    await site.deliver(aDelivery('pull_request', pullRequest(site), { query: `${HOOK}&testname=smoke` }))
    const path = `/repos/Codertocat/Hello-World/statuses/${'a'.repeat(40)}`
    expect(await told(site, 1)).toEqual([
      {
        path,
        state: 'pending',
        context: 'noble/amd64 smoke',
        description: 'autopkgtest running',
        target_url: `${PUBLIC}/running#pkg-hello-upstream`,
      },
    ])
    const taken = await take(site.broker)
    expect(taken.body).toMatch(
      /^hello-upstream\n\{"build-git": "https:.*", "env": \["UPSTREAM_PULL_REQUEST=2", /,
    )
    expect(Object.keys(taken.params)).toEqual(['build-git', 'env', 'ppas', 'submit-time', 'testname', 'uuid'])
    const completion = await run(taken, site.store, { exitcode })
    await say(site.broker, completion)
    expect((await told(site, 2)).slice(1)).toEqual([
      {
        path,
        state,
        context: 'noble/amd64 smoke',
        description: `autopkgtest finished (${state})`,
        target_url: PUBLIC + logOf(completion),
      },
    ])
  })

  it('queues once what was accepted while it was away, on two hosts', async () => {
    const site = await open()
    await site.deliver(aDelivery('pull_request', pullRequest(site)))
    await site.deliver(aDelivery('pull_request', pullRequest(site, 'b'.repeat(40))))
    expect((await site.broker.depths([QUEUE])).get(QUEUE)).toBe(0)
    const there = await site.openState()
    onTestFinished(() => there.close())
    await site.start()
    await startDaemon(updateGithubJobs, { ...site.backends, state: there })
    expect((await told(site, 2)).map(status => status.state)).toEqual(['pending', 'pending'])
    expect((await site.broker.depths([QUEUE])).get(QUEUE)).toBe(2)
  })

  it('does not queue again what was queued just before a crash', async () => {
    const site = await open()
    await site.deliver(aDelivery('pull_request', pullRequest(site)))
    const running = await site.start()
    await told(site, 1)
    await running.stop()
    const [job] = await site.state.githubJobs.open({
      release: 'noble',
      arch: 'amd64',
      package: 'hello-upstream',
    })
    if (job === undefined) throw new Error('there is no job')
    expect(job).toMatchObject({ step: 'queued', reported: 'pending' })
    // As if the crash had come before this was noted
    const notNoted = { ...job, step: 'accepted', uuid: job.uuid } as const
    await site.state.githubJobs.forget(new Date(job.accepted.getTime() + 1), 0)
    await site.state.githubJobs.accept(notNoted, new Date())
    await site.start()
    expect((await told(site, 2)).map(status => status.state)).toEqual(['pending', 'pending'])
    expect((await site.broker.depths([QUEUE])).get(QUEUE)).toBe(1)
  })

  it('finds the run that ended while nobody listened', async () => {
    const site = await open()
    await site.deliver(aDelivery('pull_request', pullRequest(site)))
    const running = await site.start()
    const taken = await take(site.broker)
    await told(site, 1)
    await running.stop()
    const completion = await run(taken, site.store, { exitcode: 6 })
    await site.start()
    expect((await told(site, 2))[1]).toMatchObject({
      state: 'failure',
      target_url: PUBLIC + logOf(completion),
    })
  })

  it('knows a run that died before it could say for whom it was, by its run id', async () => {
    const site = await open()
    await site.start()
    await site.deliver(aDelivery('pull_request', pullRequest(site)))
    const completion = await run(await take(site.broker), site.store, { exitcode: 16, testinfo: {} })
    await say(site.broker, completion)
    expect((await told(site, 2))[1]).toMatchObject({ state: 'error', target_url: PUBLIC + logOf(completion) })
  })

  it('takes no other run for it, and never tells of a private one', async () => {
    const site = await open()
    await site.start()
    await site.deliver(aDelivery('pull_request', pullRequest(site)))
    const taken = await take(site.broker)
    await told(site, 1)
    const another = {
      custom_environment: [taken.params.env[0], 'GITHUB_STATUSES_URL=https://other.example/x'],
    }
    await say(site.broker, await run(taken, site.store, { container: `private-${CONTAINER}` }))
    await say(site.broker, await run(taken, site.store, { container: `${CONTAINER}-2` }))
    await say(site.broker, await run(taken, site.store, { testinfo: another, digits: '00000' }))
    await say(site.broker, await run(taken, site.store, { testinfo: {}, digits: '00001' }))
    const right = await run(taken, site.store, { exitcode: 12, digits: '00002' })
    await say(site.broker, right)
    expect(await told(site, 2)).toHaveLength(2)
    expect(site.peer.statuses[1]).toMatchObject({ state: 'failure', target_url: PUBLIC + logOf(right) })
  })

  it('tries again until GitHub and Launchpad are back', async () => {
    let isAway = true
    const away: GithubSiteOptions['github'] = (request, response) => {
      request.resume()
      if (isAway) response.writeHead(503).end()
      return isAway
    }
    const site = await open({ github: away, launchpad: away })
    const first = await site.start()
    await site.deliver(aDelivery('pull_request', pullRequest(site)))
    await eventually(() => expect(site.peer.asked.length).toBeGreaterThan(0))
    expect((await site.broker.depths([QUEUE])).get(QUEUE)).toBe(0)
    await first.stop()
    isAway = false
    const later = new Date(Date.now() + 3_600_000)
    vi.useFakeTimers({ toFake: ['Date'], now: later })
    onTestFinished(() => void vi.useRealTimers())
    await site.start()
    expect(await told(site, 1)).toMatchObject([{ state: 'pending' }])
    expect((await site.broker.depths([QUEUE])).get(QUEUE)).toBe(1)
  })

  it('says at GitHub that a PPA is not there, if Launchpad was too slow to say so at once', async () => {
    let isSlow = true
    const slow: GithubSiteOptions['launchpad'] = (_, response) => {
      if (isSlow) setTimeout(() => response.writeHead(404).end(), 900)
      return isSlow
    }
    const site = await open({ launchpad: slow })
    const query = HOOK.replace('owner/ci', 'owner/none')
    const delivery = aDelivery('pull_request', pullRequest(site), { query })
    expect(await site.deliver(delivery)).toMatchObject({ status: 200 })
    isSlow = false
    await site.start()
    expect((await told(site, 1)).at(-1)).toMatchObject({
      state: 'error',
      description: 'autopkgtest could not be queued: ppa owner/none not found',
    })
    expect((await site.broker.depths([QUEUE])).get(QUEUE)).toBe(0)
  })
}
