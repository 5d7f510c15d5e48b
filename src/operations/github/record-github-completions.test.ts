import { describe, expect, it } from 'vitest'
import { aDelivery, aPullRequest } from '../../../test/builders/github-deliveries.ts'
import { aGithubSite } from '../../../test/builders/github-site.ts'
import { run, take } from '../../../test/builders/upstream-worker.ts'
import { testcomplete } from '../../contracts/messages/testcomplete.ts'
import { Unavailable } from '../../domain/errors.ts'
import { silentLog as log } from '../../log.ts'
import { advanceGithubJobs } from './advance-github-jobs.ts'
import { recordGithubCompletions } from './record-github-completions.ts'

const SITE = 'https://autopkgtest.example'

describe('a completion that comes while the store is unavailable', () => {
  it.each(['access', 'get'] as const)('holds up no other, and is made up for later (%s)', async call => {
    const site = await aGithubSite()
    await site.deliver(aDelivery('pull_request', aPullRequest({ api: site.peer.url })))
    const advance = (minutes: number) =>
      advanceGithubJobs({ ...site.backends, log }, SITE, new Date(Date.now() + minutes * 60_000))
    await advance(0)
    const completion = await run(await take(site.broker), site.store, { exitcode: 0 })
    const away = { ...site.store, [call]: () => Promise.reject(new Unavailable('Swift is away')) }
    const messages = [testcomplete.parse(JSON.parse(completion))]
    const deps = { ...site.backends, log }
    expect(await recordGithubCompletions(messages, { ...deps, store: away }, new Date())).toEqual(['later'])
    await advance(0.5)
    expect(site.peer.statuses).toHaveLength(1)
    await advance(1.1)
    await advance(1.1)
    expect(site.peer.statuses.map(status => status.state)).toEqual(['pending', 'success'])
    expect(await recordGithubCompletions(messages, deps, new Date())).toEqual(['other'])
  })
})
