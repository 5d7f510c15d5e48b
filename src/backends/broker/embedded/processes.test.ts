import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  boundQueue,
  collect,
  freshFanout,
  numbers,
  publishAll,
  textOf,
} from '../../../../test/backends/broker-fixture.ts'
import { eventually } from '../../../../test/eventually.ts'
import { Conflict, Unavailable } from '../../../domain/errors.ts'
import { silentLog } from '../../../log.ts'
import type { Broker } from '../broker.ts'
import { embeddedBroker } from './embedded.ts'

let folder: string
let file: string
let brokers: Broker[]

function connect(): Broker {
  const broker = embeddedBroker({ file, log: silentLog })
  brokers.push(broker)
  return broker
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broker-'))
  file = join(folder, 'made', 'broker.sqlite')
  brokers = []
})

afterEach(async () => {
  await Promise.all(brokers.map(broker => broker.close()))
  rmSync(folder, { recursive: true })
})

/** Runs `body` in a separate process, with a `broker` on the file; resolves to its output. */
async function inProcess(body: string): Promise<string> {
  const program = `
    import { embeddedBroker } from ${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))}
    import { silentLog } from ${JSON.stringify(join(import.meta.dirname, '../../../log.ts'))}
    const broker = embeddedBroker({ file: ${JSON.stringify(file)}, log: silentLog })
    ${body}
    await broker.close()`
  const args = ['--input-type=module', '--eval', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', chunk => {
    printed += chunk
  })
  const [status] = await once(child, 'exit')
  expect(status).toBe(0)
  return printed
}

describe('the embedded broker among processes', () => {
  it('lets several processes make and fill the same new file at once, and loses nothing', async () => {
    const write = `await broker.declareQueues(['debci-noble-amd64'])
      for (let i = 0; i < 100; i += 1) await broker.publish('debci-noble-amd64', process.pid + ' ' + i)`
    await Promise.all([inProcess(write), inProcess(write), inProcess(write)])
    const bodies = (await connect().peek('debci-noble-amd64', 1000))?.bodies.map(body => textOf(body)) ?? []
    expect(new Set(bodies).size).toBe(300)
    const writers = new Set(bodies.map(body => body?.split(' ')[0]))
    for (const writer of writers) {
      const own = bodies.filter(body => body?.startsWith(`${writer} `))
      expect(own.map(body => body?.split(' ')[1])).toEqual(numbers(100))
    }
  })

  it('wakes a consumer when another process publishes', async () => {
    const from = freshFanout()
    const woken = await collect(connect(), { from })
    const pauses = 'await new Promise(resolve => setTimeout(resolve, 130))'
    const publish = `await broker.publishTo(${JSON.stringify(from)}, String(i))`
    await inProcess(`for (let i = 0; i < 5; i += 1) { ${publish}; ${pauses} }`)
    await eventually(() => expect(woken.bodies).toEqual(numbers(5)))
  })

  it('shows a trace what other processes publish, taken or not, and in order', async () => {
    const seen: string[] = []
    const trace = await connect().trace((queue, body) => seen.push(`${queue} ${textOf(body)}`))
    expect(await trace.alive(1000)).toBe(true)
    await inProcess(`await broker.declareQueues(['debci-noble-amd64'])
      for (let i = 0; i < 200; i += 1) await broker.publish('debci-noble-amd64', String(i))
      while (await broker.take('debci-noble-amd64'));`)
    expect(await trace.alive(1000)).toBe(true)
    expect(seen).toEqual(numbers(200).map(number => `debci-noble-amd64 ${number}`))
    await trace.close()
  })

  it('begins anew after it was taken for dead: late settlements are harmless, nothing is held for ever', async () => {
    const broker = connect()
    const { from, queue } = await boundQueue(broker)
    for (const body of numbers(3)) await broker.publishTo(from, body)
    const onSubscribed = vi.fn()
    const held = await collect(broker, { from, queue, onSubscribed }, { hold: true })
    const status = await collect(broker, { from: freshFanout(false) })
    await eventually(() => expect(held.bodies).toEqual(numbers(3)))
    const trace = await broker.trace(() => undefined)
    expect(await trace.alive(1000)).toBe(true)

    const thief = new Database(file)
    thief.exec('UPDATE session SET beat = beat - 6000')
    thief.close()
    await connect().depths([queue])
    await eventually(() => expect(onSubscribed).toHaveBeenCalledTimes(2))
    await eventually(() => expect(held.bodies).toEqual([...numbers(3), ...numbers(3)]))
    expect(held.deliveries.map(delivery => delivery.redelivered)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ])
    expect(await trace.alive(1000)).toBe(false)
    expect(await trace.alive(1000)).toBe(true)
    held.release()
    await held.consumer.close()
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 0]]))
    await status.consumer.close()
  })

  it('forgets transient exchanges and exclusive queues once no process is left, and keeps the rest', async () => {
    const [transient, durable] = [freshFanout(false), freshFanout(true)]
    const first = connect()
    await collect(first, { from: transient })
    await collect(first, { from: durable, queue: 'kept' })
    await first.close()
    const later = connect()
    await later.publishTo(durable, 'kept for you')
    expect(await later.depths(['kept'])).toEqual(new Map([['kept', 1]]))
    await collect(later, { from: { ...transient, durable: true } })
    expect(await later.state()).toEqual({ ok: true })
    const look = new Database(file, { readonly: true })
    expect(look.prepare('SELECT count(*) FROM queue').pluck().get()).toBe(2)
    look.close()
  })

  it('is readable by its owner alone, and by no older program', async () => {
    await connect().declareQueues(['x'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600)
    const newer = new Database(file)
    newer.pragma('user_version = 99')
    newer.close()
    expect(() => embeddedBroker({ file, log: silentLog })).toThrow(Conflict)
    expect(() => embeddedBroker({ file: join(file, 'under-a-file'), log: silentLog })).toThrow(Unavailable)
  })

  it('stands four thousand messages through one consumer, in batches', async () => {
    const [broker, other] = [connect(), connect()]
    const { from, queue } = await boundQueue(broker)
    const { bodies, consumer } = await collect(other, { from, queue, prefetch: 500 })
    await Promise.all(numbers(4000).map(body => broker.publishTo(from, body)))
    await eventually(() => expect(bodies).toEqual(numbers(4000)))
    await consumer.close()
    await publishAll(broker, queue, ['end'])
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 1]]))
  })
})
