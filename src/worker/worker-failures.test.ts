import { readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { aWorkplace, keptLog, QUEUE } from '../../test/builders/stand-in.ts'
import { eventually } from '../../test/eventually.ts'
import { type Broker, DEAD_LETTER_QUEUE, type Delivery } from '../backends/broker/broker.ts'
import { Conflict } from '../domain/errors.ts'
import { openSpool } from './spool.ts'

let place: Awaited<ReturnType<typeof aWorkplace>>
beforeEach(async () => {
  place = await aWorkplace()
})

const LIMITS = { short: 1, install: 1, test: 1, copy: 1, build: 1 }

describe('a worker whose testbed fails', () => {
  it('waits, twice as long each time in a row, and starts anew after a test that ran', async () => {
    const { log, lines } = keptLog()
    for (const testname of ['testbed', 'testbed', 'testbed', 'fine', 'testbed', 'fine'])
      await place.ask('gzip', { testname })
    place.work({}, { deps: { log }, pace: { backOffMs: 100, longestBackOffMs: 300 } })
    await eventually(() => expect(place.completions).toHaveLength(6))
    const waits = lines.filter(({ msg }) => msg === 'the testbed failed: waiting before the next test')
    expect(waits.map(({ seconds, inARow }) => [seconds, inARow])).toEqual([
      [0.1, 1],
      [0.2, 2],
      [0.3, 3],
      [0.1, 1],
    ])
  })

  it('takes nothing meanwhile', async () => {
    for (const testname of ['testbed', 'fine']) await place.ask('gzip', { testname })
    place.work({}, { pace: { backOffMs: 3_600_000, longestBackOffMs: 3_600_000 } })
    await eventually(() => expect(place.completions.map(one => one.exitcode)).toEqual([16]))
    await eventually(() => expect(place.inSpool()).toEqual([]))
    expect((await place.broker.depths([QUEUE])).get(QUEUE)).toBe(1)
    expect(place.calls()).toHaveLength(1)
  })
})

describe('a request', () => {
  it('is on the disk, and whole, before its queue forgets it', async () => {
    await place.ask('gzip', { testname: 'wait' })
    let kept: readonly string[] = []
    const take: typeof place.broker.take = (queue, keep) =>
      place.broker.take(queue, delivery => {
        keep?.(delivery)
        kept = place
          .inSpool()
          .map(name => readFileSync(`${place.settings.spool}/${name}/request.json`, 'utf8'))
      })
    place.work({}, { deps: { broker: { ...place.broker, take } } })
    await eventually(() => expect(place.calls()).toHaveLength(1))
    expect(kept).toHaveLength(1)
    expect(Buffer.from(JSON.parse(kept[0] ?? '').body, 'base64').toString()).toBe('gzip\n{"testname":"wait"}')
  })

  it('that was kept, but whose queue keeps it too, is run once', async () => {
    await place.ask('gzip')
    let isCut = false
    const take: typeof place.broker.take = (queue, keep) => {
      if (isCut || queue !== QUEUE) return place.broker.take(queue, keep)
      isCut = true
      // Like a connection that breaks before the acknowledgement has arrived
      keep?.({ body: Buffer.from('gzip\n{}'), headers: {}, redelivered: false })
      return Promise.reject(new Error('the connection broke'))
    }
    place.work({}, { deps: { broker: { ...place.broker, take } } })
    await eventually(() => expect(place.completions).toHaveLength(1))
    await eventually(() => expect(place.inSpool()).toEqual([]))
    expect([isCut, place.calls().length]).toEqual([true, 1])
  })

  it('is put back as it came, with its place in the queue and all else that came with it', async () => {
    const left = openSpool(place.settings.spool)
    const properties = { priority: 7, contentType: 'text/plain', timestamp: 1_700_000_000, messageId: 'm1' }
    left.keep(QUEUE, {
      body: Buffer.from('gzip\n{}'),
      redelivered: false,
      headers: { 'x-asked-by': 'britney', 'x-key': Buffer.from([0xff, 0]) },
      properties,
    })
    left.close()
    await place.broker.declareQueues([QUEUE])
    const taken: Delivery[] = []
    const take: Broker['take'] = async () => undefined
    place.work({}, { deps: { broker: { ...place.broker, take } } })
    await eventually(() => expect(place.inSpool()).toEqual([]))
    await place.broker.take(QUEUE, delivery => void taken.push(delivery))
    const headers = { 'x-asked-by': 'britney', 'x-key': Buffer.from([0xff, 0]), 'x-attempt': 1 }
    expect(taken).toMatchObject([{ headers, properties }])
  })

  it('that makes no sense keeps all that came with it, but for what would let it go', async () => {
    await place.broker.declareQueues([QUEUE])
    const properties = { priority: 3, expiration: '60000', transient: true } as const
    await place.broker.publish(QUEUE, 'gzip\n[]', { headers: { 'x-asked-by': 'britney' }, properties })
    place.work()
    await eventually(async () => {
      const depths = await place.broker.depths([DEAD_LETTER_QUEUE])
      expect(depths.get(DEAD_LETTER_QUEUE)).toBe(1)
    })
    const dead = await place.broker.take(DEAD_LETTER_QUEUE)
    expect(dead?.headers).toMatchObject({ 'x-asked-by': 'britney', 'x-queue': QUEUE })
    expect(dead?.properties).toEqual({ priority: 3 })
  })

  it('goes to and fro in queues that somebody made with other arguments', async () => {
    await place.ask('gzip', { testname: 'crash' })
    await place.broker.declareQueues([DEAD_LETTER_QUEUE])
    await place.broker.publish(QUEUE, 'gzip\n[]')
    const declared: string[] = []
    const declareQueues: Broker['declareQueues'] = async queues => {
      declared.push(...queues)
      const depths = await place.broker.depths(queues)
      // Like RabbitMQ for a queue with different arguments
      if (queues.some(queue => depths.get(queue) !== undefined)) throw new Conflict('inequivalent arg')
      await place.broker.declareQueues(queues)
    }
    place.work({}, { deps: { broker: { ...place.broker, declareQueues } } })
    await eventually(() => expect(place.completions).toHaveLength(1))
    expect(place.calls()).toHaveLength(4)
    await eventually(() => expect(place.inSpool()).toEqual([]))
    expect((await place.broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE)).toBe(1)
    expect(declared).not.toContain(QUEUE)
  })

  it('whose workers were lost four times is a testbed failure, and says so', async () => {
    const left = openSpool(place.settings.spool)
    left.keep(QUEUE, {
      body: Buffer.from('gzip\n{"triggers": ["a/1"]}'),
      redelivered: true,
      headers: { 'x-attempt': 3 },
    })
    left.close()
    place.work()
    await eventually(() => expect(place.completions).toHaveLength(1))
    expect(place.completions[0]).toMatchObject({ exitcode: 16, triggers: 'a/1', testpkg_version: 'unknown' })
    expect(place.readTar(place.completions[0]?.swift_dir)).toMatchObject({
      summary: 'testbed failure: given up after 4 attempts: the worker was lost while the test ran\n',
      'testinfo.json': expect.stringContaining('ADT_TEST_TRIGGERS=a/1'),
    })
    expect(place.calls()).toEqual([])
    await eventually(() => expect(place.inSpool()).toEqual([]))
  })
})

describe('the lists of packages', () => {
  it('give long and big ones more, and are read anew for each test', async () => {
    const list = (name: string, text: string) => {
      writeFileSync(place.file(name), text)
      return place.file(name)
    }
    const lists = {
      neverRun: list('never', ''),
      longTests: list('long', 'linux\n'),
      bigPackages: list('big', 'chromium/amd64\n'),
    }
    const command = {
      ...place.settings.command,
      bigArgs: ['--big'],
      longTimeouts: { ...LIMITS, test: 40_000 },
    }
    place.work({ lists, command })
    for (const name of ['gzip', 'linux', 'chromium']) await place.ask(name)
    await eventually(() => expect(place.completions).toHaveLength(3))
    expect(
      place
        .calls()
        .map(call => [call.includes('--timeout-test=40000'), / -- schroot bookworm(.*)$/.exec(call)?.[1]]),
    ).toEqual([
      [false, ''],
      [true, ''],
      [false, ' --big'],
    ])
    list('never', 'gzip/all/bookworm\n')
    list('long', '')
    for (const name of ['gzip', 'linux']) await place.ask(name)
    await eventually(() => expect(place.completions).toHaveLength(5))
    expect(place.completions.slice(3).map(one => one.exitcode)).toEqual([99, 0])
    expect(place.calls().at(-1)).not.toContain('40000')
  })
})
