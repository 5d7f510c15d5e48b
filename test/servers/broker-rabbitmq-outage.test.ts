import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { collect, freshFanout, freshName, numbers, takeAll } from '../backends/broker-fixture.ts'
import { eventually } from '../eventually.ts'
import { describeWith, type RabbitmqFacts, type ServerControl, startRabbitmq } from './harness/index.ts'

/** RabbitMQ writes declarations to disk up to two seconds late. */
const DECLARED_MS = 2_500

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
    const asked = performance.now()
    expect(await early.state()).toMatchObject({ ok: false })
    expect(performance.now() - asked).toBeLessThan(1000)
    await subscribing
    await server.restart()
    await eventually(async () => expect(await early.state()).toEqual({ ok: true }))
    await eventually(async () => expect((await early.depths([queue])).get(queue)).toBe(0))
    await early.close()
  })

  it('ends quickly while the broker is unavailable, and never shows the password', async () => {
    const lines: string[] = []
    const note = (fields: object, message: string) => void lines.push(JSON.stringify(fields) + message)
    const log = { debug: note, info: note, warn: note, error: note, child: () => log }
    const wrong = rabbitmqBroker({ uri: server.url.replace('guest:guest', 'guest:hunter2'), log })
    await eventually(async () => expect((await wrong.state()).ok).toBe(false))
    await eventually(() => expect(lines.join()).toContain('cannot be reached'))
    lines.push(JSON.stringify(await wrong.state()))
    await server.kill()
    const closing = performance.now()
    await Promise.all([wrong.close(), broker.close()])
    expect(performance.now() - closing).toBeLessThan(5000)
    expect(lines.join()).not.toContain('hunter2')
    await expect(broker.publish('debci-noble-amd64', 'x')).rejects.toThrow(Unavailable)
  })
})
