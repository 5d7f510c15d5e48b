import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { collect, freshFanout, freshName, numbers, takeAll } from '../backends/broker-fixture.ts'
import { eventually } from '../eventually.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { describeWith, type RabbitmqFacts, type ServerControl, startRabbitmq } from './harness/index.ts'

/** RabbitMQ writes declarations to disk up to two seconds late. */
const DECLARED_MS = 2_500

/** Whether it is over before who asks somebody that never answers gives up, which takes ten seconds. */
async function endsBeforeAskedInVain(work: () => Promise<unknown>): Promise<boolean> {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const other = rabbitmqBroker({ uri: `amqp://guest:guest@127.0.0.1:${port}`, log: silentLog })
  try {
    const inVain = other.depths(['debci-noble-amd64']).catch(() => undefined)
    return await Promise.race([work().then(() => true), inVain.then(() => false)])
  } finally {
    await other.close()
    silent.close()
  }
}

describeWith(['rabbitmq'], 'the broker on a RabbitMQ that dies', () => {
  let server: RabbitmqFacts & ServerControl
  let broker: Broker

  beforeAll(async () => {
    server = await startRabbitmq()
  })
  afterAll(() => server.stop())
  beforeEach(() => {
    broker = rabbitmqBroker({ uri: server.url, log: silentLog })
  })
  afterEach(() => broker.close())

  it('loses no confirmed message when it is killed in the middle of a stream, and consumes on', async () => {
    const [from, status] = [freshFanout(true), freshFanout(false)]
    const queue = freshName('complete')
    const seen = new Map<string, number>()
    const subscriptions: number[] = []
    const publisher = rabbitmqBroker({ uri: server.url, log: silentLog })
    await broker.subscribe(
      { from, queue, prefetch: 50, onSubscribed: () => void subscriptions.push(Date.now()) },
      async ({ body }) => {
        const text = Buffer.from(body).toString()
        await sleep(20)
        seen.set(text, (seen.get(text) ?? 0) + 1)
        return 'ack'
      },
    )
    const live = await collect(broker, { from: status })
    await sleep(DECLARED_MS)

    const confirmed: string[] = []
    const failures: unknown[] = []
    const states: boolean[] = []
    let finished = false
    const publishing = (async () => {
      for (const body of numbers(4000)) {
        if (finished) return
        await publisher.publishTo(from, body).then(
          () => confirmed.push(body),
          error => failures.push(error),
        )
      }
    })()
    const watching = (async () => {
      while (!finished) {
        states.push((await broker.state()).ok)
        await sleep(50)
      }
    })()

    await eventually(() => expect(confirmed.length).toBeGreaterThan(200))
    await server.kill()
    await eventually(async () => expect((await broker.state()).ok).toBe(false))
    expect(await broker.state()).toMatchObject({
      ok: false,
      reason: expect.any(String),
      since: expect.any(Date),
    })
    await server.restart()
    const before = confirmed.length
    await eventually(() => expect(confirmed.length).toBeGreaterThan(before + 200))
    finished = true
    await Promise.all([publishing, watching])

    expect(failures.every(failure => failure instanceof Unavailable)).toBe(true)
    await eventually(() => expect(confirmed.filter(body => !seen.has(body))).toEqual([]))
    expect(subscriptions).toHaveLength(2)
    await eventually(async () => {
      expect(await publisher.depths([queue])).toEqual(new Map([[queue, 0]]))
    })
    await eventually(async () => expect(await broker.state()).toEqual({ ok: true }))
    expect(states).toContain(false)
    await publisher.publishTo(status, 'after the outage')
    await eventually(() => expect(live.bodies).toEqual(['after the outage']))
    await publisher.close()
  })

  it('shrugs at settlements of what was delivered before the restart', async () => {
    const [from, queue] = [freshFanout(true), freshName('complete')]
    const held = await collect(broker, { from, queue, prefetch: 10 }, { hold: true })
    for (const body of numbers(5)) await broker.publishTo(from, body)
    await eventually(() => expect(held.bodies).toEqual(numbers(5)))
    await sleep(DECLARED_MS)
    await server.kill()
    await server.restart()
    await eventually(() => expect(held.bodies).toEqual([...numbers(5), ...numbers(5)]))
    held.release()
    await held.consumer.close()
    expect(await takeAll(broker, queue)).toEqual([])
    // Its connection for publishing comes back in its own time
    await eventually(async () => expect(await broker.state()).toEqual({ ok: true }))
  })

  it('waits for a broker that is not there yet, and answers quickly and honestly until then', async () => {
    await server.kill()
    const early = rabbitmqBroker({ uri: server.url, log: silentLog })
    const queue = freshName('complete')
    const subscribing = collect(early, { from: freshFanout(true), queue })
    const asked = async () => expect(await early.state()).toMatchObject({ ok: false })
    expect(await endsBeforeAskedInVain(asked)).toBe(true)
    await subscribing
    await server.restart()
    await eventually(async () => expect(await early.state()).toEqual({ ok: true }))
    await eventually(async () => expect((await early.depths([queue])).get(queue)).toBe(0))
    await early.close()
  })

  it('waits only a little for a broker that is known to be away, and ends what follows it at once', async () => {
    const trace = await broker.trace(() => undefined)
    const { consumer } = await collect(broker, { from: freshFanout(true), queue: freshName('complete') })
    await server.kill()
    await eventually(async () => expect((await broker.state()).ok).toBe(false))
    const since = async () => ((await broker.state()) as { since?: Date }).since
    const lost = await since()
    expect(lost).toEqual(expect.any(Date))
    const asked = () => expect(broker.depths(['debci-noble-amd64'])).rejects.toThrow(Unavailable)
    expect(await endsBeforeAskedInVain(asked)).toBe(true)
    expect(await since(), 'attempts to connect are no outages of their own').toEqual(lost)
    const closed = () => Promise.all([trace.close(), consumer.close()])
    for (const work of [closed, () => broker.close()]) expect(await endsBeforeAskedInVain(work)).toBe(true)
    await server.restart()
  })

  it('ends though the broker has frozen, and nothing that is asked is answered', async () => {
    const proxy = await cuttingProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
    onTestFinished(() => proxy.close())
    const uri = new URL(server.url)
    uri.port = String(proxy.port)
    const frozen = rabbitmqBroker({ uri: uri.href, log: silentLog })
    const from = freshFanout(true)
    const trace = await frozen.trace(() => undefined)
    await collect(frozen, { from, queue: freshName('complete') })
    const { consumer } = await collect(frozen, { from, queue: freshName('complete') })
    await frozen.publishTo(from, 'x')
    proxy.freeze()
    const closed = () => Promise.all([trace.close(), consumer.close()])
    for (const work of [closed, () => frozen.close()]) expect(await endsBeforeAskedInVain(work)).toBe(true)
  }, 180_000)

  it('ends quickly while the broker is unavailable, and never shows the password', async () => {
    const lines: string[] = []
    const note = (fields: object, message: string) => void lines.push(JSON.stringify(fields) + message)
    const log = { debug: note, info: note, warn: note, error: note, child: () => log }
    const wrong = rabbitmqBroker({ uri: server.url.replace('guest:guest', 'guest:hunter2'), log })
    await eventually(async () => expect((await wrong.state()).ok).toBe(false))
    await eventually(() => expect(lines.join()).toContain('cannot be reached'))
    lines.push(JSON.stringify(await wrong.state()))
    await server.kill()
    const closed = () => Promise.all([wrong.close(), broker.close()])
    expect(await endsBeforeAskedInVain(closed)).toBe(true)
    expect(lines.join()).not.toContain('hunter2')
    await expect(broker.publish('debci-noble-amd64', 'x')).rejects.toThrow(Unavailable)
  })
})
