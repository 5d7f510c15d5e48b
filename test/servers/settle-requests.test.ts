import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import { planRequests } from '../../src/domain/request/planned-request.ts'
import { silentLog } from '../../src/log.ts'
import { settleRequests, type Watched } from '../../src/operations/requests/settle-requests.ts'
import { type AcceptedRequest, submitRequests } from '../../src/operations/requests/submit-requests.ts'
import { resultsWith, temporaryFolder } from '../builders/databases.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { openSnapshotsIn } from '../builders/snapshots.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { describeWith, freshVhost, type RabbitmqFacts } from './harness/index.ts'

const QUEUE = 'debci-noble-amd64'
const NOW = new Date('2026-09-01T10:00:00Z')
const JOE = { requester: 'joe', source: 'page', address: '192.0.2.1' } as const
const PLANNED = planRequests({
  release: 'noble',
  arches: ['amd64'],
  package: 'gzip',
  triggers: ['gzip/1.12-1'],
  ppas: [],
  allProposed: false,
  readableBy: undefined,
})

/** What was accepted, for those who know that it was not refused. */
function accepted(answer: Awaited<ReturnType<typeof submitRequests>>): AcceptedRequest {
  if ('lines' in answer) throw new Error(answer.lines.join('\n'))
  return answer[0] as AcceptedRequest
}

describeWith(['rabbitmq'], 'a request whose connection to RabbitMQ breaks', () => {
  let vhost: RabbitmqFacts
  beforeEach(async () => {
    vhost = await freshVhost()
  })

  /** A website behind a connection that can be cut, and a look at its broker past that. */
  async function aWebsite() {
    const proxy = await cuttingProxy(vhost)
    onTestFinished(() => proxy.close())
    const url = new URL(vhost.url)
    url.host = `127.0.0.1:${proxy.port}`
    const [broker, direct] = [rabbitmqAt({ url: url.href })(), rabbitmqAt(vhost)()]
    const folder = temporaryFolder()
    const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
    onTestFinished(() => state.close())
    const snapshots = openSnapshotsIn(folder)
    await snapshots.running.replace({})
    await direct.declareQueues([QUEUE])
    const deps = { broker, state, snapshots, results: await resultsWith() }
    const watched: Watched = new Map()
    return {
      ...deps,
      proxy,
      direct,
      depth: async () => (await direct.depths([QUEUE])).get(QUEUE),
      settleAfter: (minutes: number) =>
        settleRequests(
          deps,
          watched,
          { now: new Date(NOW.getTime() + minutes * 60_000), uptimeMs: minutes * 60_000 },
          new AbortController().signal,
        ),
    }
  }

  it('after it was sent is accepted, found in its queue, and there once', async () => {
    const site = await aWebsite()
    // The publishing channel is open before: the next answer is the confirm
    await site.broker.publish(QUEUE, 'first')
    expect(String((await site.direct.take(QUEUE))?.body)).toBe('first')
    // The question for the queue's length is answered on another channel, before anything is published
    const broker = { depths: site.direct.depths, publish: site.broker.publish }
    site.proxy.cutAtNextAnswer()
    const request = accepted(await submitRequests({ ...site, broker }, PLANNED, JOE, NOW))
    expect(request.state).toBe('claimed')
    await expect.poll(site.depth).toBe(1)

    await expect.poll(async () => (await site.broker.state()).ok, { timeout: 30_000 }).toBe(true)
    expect(await site.settleAfter(3)).toMatchObject({ found: 1, sent: 0 })
    expect(await site.state.requests.byUuid(request.uuid)).toMatchObject({ state: 'published' })
    expect(await site.depth()).toBe(1)
  })

  it('before it was sent is sent later, with the same bytes', async () => {
    const site = await aWebsite()
    const dead = { ...site.state.requests, published: () => Promise.reject(new Error('killed')) }
    const request = accepted(
      await submitRequests({ broker: site.broker, state: { requests: dead } }, PLANNED, JOE, NOW),
    )
    // As if the crash had fallen before the sending
    const lost = await site.direct.take(QUEUE)
    expect(await site.settleAfter(3)).toMatchObject({ found: 0, sent: 0 })
    expect(await site.settleAfter(4)).toMatchObject({ sent: 1 })
    expect((await site.direct.take(QUEUE))?.body).toEqual(lost?.body)
    expect(request.body).toBe(String(lost?.body))
  })
})
