import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import type { Broker } from '../../backends/broker/broker.ts'
import { embeddedBroker } from '../../backends/broker/embedded/embedded.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import { Unavailable, Unconfirmed } from '../../domain/errors.ts'
import { planRequests } from '../../domain/request/planned-request.ts'
import { type RequestForm, readRequestForm } from '../../domain/request/request-form.ts'
import { silentLog } from '../../log.ts'
import { limitRefusal, limitsOf } from './check-limits.ts'
import { type AcceptedRequest, type Asker, submitRequests } from './submit-requests.ts'

const NOW = new Date('2026-09-01T10:11:12Z')
const JOE = { requester: 'joe', source: 'page', address: '192.0.2.1' } as const
const QUEUES = ['debci-noble-amd64', 'debci-noble-s390x', 'debci-ppa-noble-amd64']

function read(query: string): RequestForm {
  const form = readRequestForm(new URLSearchParams(query), 'https://autopkgtest.example')
  if ('lines' in form) throw new Error('incomplete')
  return form
}

const WHOLE = read('release=noble&arch=amd64&package=hello&trigger=hello/1')

async function aService() {
  const folder = temporaryFolder()
  const broker = embeddedBroker({ file: join(folder, 'broker.db'), log: silentLog })
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(async () => {
    await broker.close()
    await state.close()
  })
  await broker.declareQueues(QUEUES)
  return {
    broker,
    state,
    submit: (form: RequestForm, now = NOW, who: Asker = JOE) =>
      submitRequests({ broker, state }, planRequests(form), who, now),
    take: async (queue: string) => {
      const delivery = await broker.take(queue)
      return delivery && Buffer.from(delivery.body).toString()
    },
  }
}

/** What was queued, for those who know that it was not refused. */
async function queued(answer: ReturnType<typeof submitRequests>): Promise<readonly AcceptedRequest[]> {
  const requests = await answer
  if ('lines' in requests) throw new Error(requests.lines.join('\n'))
  return requests
}

describe('a request that was checked', () => {
  it('is refused, and nothing of it queued, where others took what was left of the hour meanwhile', async () => {
    const { broker, state, take } = await aService()
    const limits = limitsOf(1, JOE, NOW)
    const submit = (version: number) =>
      submitRequests(
        { broker, state },
        planRequests(read(`release=noble&arch=amd64&package=hello&trigger=hello/${version}`)),
        JOE,
        NOW,
        limits,
      )
    const answers = await Promise.all([submit(1), submit(2), submit(3)])
    expect(answers.filter(answer => 'lines' in answer)).toEqual([limitRefusal('joe'), limitRefusal('joe')])
    expect(await take('debci-noble-amd64')).toBeDefined()
    expect(await take('debci-noble-amd64')).toBeUndefined()
  })

  it('is queued with the bytes that workers and britney know', async () => {
    const { submit, take } = await aService()
    const [request] = await queued(submit(WHOLE))
    expect(await take('debci-noble-amd64')).toBe(
      `hello\n{"requester": "joe", "submit-time": "2026-09-01 10:11:12+0000", "triggers": ["hello/1"], "uuid": "${request?.uuid}"}`,
    )
  })

  it('is one message for each architecture, and goes to the queue of PPAs with one', async () => {
    const { submit, broker, take } = await aService()
    await submit(read('release=noble&arch=amd64&arch=s390x&package=hello&trigger=hello/1'))
    expect(await broker.depths(QUEUES)).toEqual(
      new Map([
        ['debci-noble-amd64', 1],
        ['debci-noble-s390x', 1],
        ['debci-ppa-noble-amd64', 0],
      ]),
    )
    await submit(read('release=noble&arch=amd64&package=hello&trigger=hello/1&ppa=a/b&all-proposed=1'))
    expect(await take('debci-ppa-noble-amd64')).toMatch(/^hello\n\{"all-proposed": "1", "ppas": \["a\/b"\], /)
  })

  it('is kept in the audit trail: who, what, from where, and what became of it', async () => {
    const { submit, state } = await aService()
    const [request] = await queued(submit(WHOLE))
    expect(await state.requests.byUuid(request?.uuid ?? '')).toMatchObject({
      state: 'published',
      requester: 'joe',
      source: 'page',
      address: '192.0.2.1',
      package: 'hello',
    })
  })
})

describe('two equal requests', () => {
  it('made at the same moment are one message', async () => {
    const { submit, broker } = await aService()
    const answers = await Promise.all([submit(WHOLE), submit(WHOLE), submit(WHOLE)])
    expect(answers.filter(answer => Array.isArray(answer)).length).toBe(1)
    expect(answers.find(answer => !Array.isArray(answer))).toMatchObject({
      status: 403,
      lines: ['Test already queued:', 'release: noble', 'pkg: hello', 'arch: amd64', 'triggers: hello/1'],
    })
    expect((await broker.depths(QUEUES)).get('debci-noble-amd64')).toBe(1)
  })

  it('made far apart are two', async () => {
    const { submit } = await aService()
    await submit(WHOLE)
    expect(await submit(WHOLE, new Date(NOW.getTime() + 3_600_000))).toHaveLength(1)
  })
})

describe('a request of which nobody knows whether it was queued', () => {
  it('stays claimed and is accepted when the connection breaks before the answer', async () => {
    const { broker, state } = await aService()
    const dying: Pick<Broker, 'publish' | 'depths'> = {
      depths: queues => broker.depths(queues),
      async publish(queue, body) {
        await broker.publish(queue, body)
        throw new Unconfirmed('the connection is lost')
      },
    }
    const [request] = await queued(submitRequests({ broker: dying, state }, planRequests(WHOLE), JOE, NOW))
    expect(request?.state).toBe('claimed')
    expect(await state.requests.byUuid(request?.uuid ?? '')).toMatchObject({ state: 'claimed' })
  })

  it('stays claimed and is accepted when the database is lost after the answer', async () => {
    const { broker, state, take } = await aService()
    const requests = { ...state.requests, published: () => Promise.reject(new Unavailable('away')) }
    const [request] = await queued(
      submitRequests({ broker, state: { requests } }, planRequests(WHOLE), JOE, NOW),
    )
    expect(request?.state).toBe('claimed')
    expect(await take('debci-noble-amd64')).toBe(request?.body)
    expect(await state.requests.unsettled(new Date(NOW.getTime() + 1), 9)).toHaveLength(1)
  })

  it('is not queued when it cannot be recorded, and who asked is told so', async () => {
    const { broker, state } = await aService()
    const full = new Unavailable('the database /srv/state.db cannot grow: the disk is full')
    const requests = { ...state.requests, claim: () => Promise.reject(full) }
    const answer = submitRequests({ broker, state: { requests } }, planRequests(WHOLE), JOE, NOW)
    await expect(answer).rejects.toThrow('The request could not be recorded. Please try again later.')
    await expect(answer).rejects.toMatchObject({ name: 'NotQueued', cause: full })
    expect((await broker.depths(QUEUES)).get('debci-noble-amd64')).toBe(0)
  })

  it('is given up when it is certain that it was not sent', async () => {
    const { broker, state } = await aService()
    const away: Pick<Broker, 'publish' | 'depths'> = {
      depths: queues => broker.depths(queues),
      publish: () => Promise.reject(new Unavailable('the broker cannot be reached')),
    }
    await expect(submitRequests({ broker: away, state }, planRequests(WHOLE), JOE, NOW)).rejects.toThrow(
      'not queued, as the broker did not take it: noble/amd64',
    )
    const [kept] = await state.requests.byRequester('joe', { limit: 9 })
    expect(kept).toMatchObject({ state: 'failed', reason: 'the broker cannot be reached' })
  })
})

describe('a request of the command line', () => {
  it('says when it was made to the microsecond, and names nobody unless told to', async () => {
    const { broker, state, take } = await aService()
    const asker = { requester: '', source: 'command', address: 'host' } as const
    await submitRequests({ broker, state }, planRequests(WHOLE), asker, NOW)
    expect(await take('debci-noble-amd64')).toMatch(
      /^hello\n\{"submit-time": "2026-09-01 10:11:12\.000000\+0000", "triggers": \["hello\/1"\], "uuid": "/,
    )
  })
})

describe('a request that nobody would take', () => {
  it('is refused by the name of its queue, and does not stand in the way of the next', async () => {
    const { submit, broker } = await aService()
    const form = read('release=noble&arch=amd64&arch=riscv64&package=hello&trigger=hello/1')
    await expect(submit(form)).rejects.toThrow('nothing consumes noble/riscv64')
    await expect(submit(form)).rejects.toBeInstanceOf(Unavailable)
    expect((await broker.depths(QUEUES)).get('debci-noble-amd64')).toBe(0)
    await broker.declareQueues(['debci-noble-riscv64'])
    expect(await submit(form)).toHaveLength(2)
  })
})

describe('a private request', () => {
  const JANE = { ...JOE, requester: 'jane' }
  const of = (readers: string) =>
    read(`release=noble&arch=amd64&package=hello&trigger=hello/1&readable-by=${readers}`)

  it('neither keeps an equal public one from being queued, nor is kept by one', async () => {
    const { submit, broker } = await aService()
    for (const form of [of('ann'), WHOLE]) expect(await submit(form)).toHaveLength(1)
    const other = await aService()
    for (const form of [WHOLE, of('ann')]) expect(await other.submit(form)).toHaveLength(1)
    expect(await broker.depths(QUEUES.slice(0, 1))).toEqual(new Map([['debci-noble-amd64', 2]]))
  })

  it('is not there for anybody who may not see it, even if they guess its readers', async () => {
    const { submit } = await aService()
    await submit(of('ann'))
    expect(await submit(of('ann'), NOW, JANE)).toHaveLength(1)
    expect(await submit(of('ann,bob'))).toHaveLength(1)
  })

  it('is queued once for the same people, in whatever order they are named', async () => {
    const { submit } = await aService()
    await submit(of('ann,bob'))
    expect(await submit(of('bob%20ann'))).toMatchObject({ status: 403 })
  })
})
