import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Broker, DEAD_LETTER_QUEUE, TESTSTATUS } from '../../src/backends/broker/broker.ts'
import type { RunningJson } from '../../src/contracts/files/running-json.ts'
import { amqpStatusCollector, statusCollector } from '../../src/daemons/amqp-status-collector.ts'
import type { Connect } from '../builders/brokers.ts'
import { recordedMessages } from '../builders/completions.ts'
import { startDaemon } from '../builders/daemons.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { openSnapshotsIn } from '../builders/snapshots.ts'
import { openTranscriptsIn } from '../builders/transcripts.ts'
import { eventually } from '../eventually.ts'

const PARAMS = { triggers: ['hello/1'], requester: 'joe', 'submit-time': '2026-09-01 10:11:12+0000' }
const HASH = "requester_joe;submit-time_2026-09-01 10:11:12+0000;triggers_['hello/1'];"

export const statusOf = (fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    release: 'noble',
    architecture: 'amd64',
    package: 'hello',
    running: true,
    params: PARAMS,
    duration: 100,
    logtail: '  0s autopkgtest…',
    ...fields,
  })

async function start(broker: Broker, folder = temporaryFolder(), daemon = amqpStatusCollector) {
  const snapshots = openSnapshotsIn(folder)
  const transcripts = openTranscriptsIn(folder)
  const running = await startDaemon(daemon, { broker, snapshots, transcripts })
  const file = join(folder, 'running.json')
  const read = () => JSON.parse(readFileSync(file, 'utf8')) as RunningJson
  return { running, snapshots, file, folder, read }
}

/** What amqp-status-collector makes of status messages, on a broker. */
export function statusCollectorSuite(connect: () => Connect): void {
  it('has written its file when it has started, with two bytes when nothing runs', async () => {
    const { file } = await start(connect()())
    expect(readFileSync(file, 'utf8')).toBe('{}')
  })

  it('shows within two seconds what begins, and what has ended', async () => {
    const broker = connect()()
    const { read } = await start(broker)
    await broker.publishTo(TESTSTATUS, statusOf())
    await eventually(() =>
      expect(read()).toEqual({
        hello: { [HASH]: { noble: { amd64: [PARAMS, 100, '  0s autopkgtest…'] } } },
      }),
    )
    await broker.publishTo(TESTSTATUS, statusOf({ running: false }))
    await eventually(() => expect(read()).toEqual({}))
  })

  it('follows the messages of a real worker', async () => {
    const broker = connect()()
    const { read } = await start(broker)
    const statuses = recordedMessages().filter(message => message.exchange === TESTSTATUS.exchange)
    const ends = statuses.filter(message => JSON.parse(message.body).running === false)
    const reports = statuses.filter(message => !ends.includes(message))
    for (const { body } of reports) await broker.publishTo(TESTSTATUS, body)
    const expected = new Set(reports.map(({ body }) => JSON.parse(body).package))
    await eventually(() => expect(new Set(Object.keys(read()))).toEqual(expected))
    for (const { body } of ends) await broker.publishTo(TESTSTATUS, body)
    await eventually(() => expect(read()).toEqual({}))
  })

  it('writes nothing of a private run, even if the worker did not hide it', async () => {
    const broker = connect()()
    const { read, file } = await start(broker)
    const params = { 'readable-by': ['secret'], swiftuser: 'secret', ppas: ['secret:secret@secret/secret'] }
    await broker.publishTo(TESTSTATUS, statusOf({ package: 'secret-sauce', params, logtail: 'secret' }))
    await eventually(() => expect(Object.keys(read())).toEqual(['private-test']))
    expect(read()['private-test']?.['']?.noble?.amd64).toEqual([{}, 100, 'Running private test'])
    expect(readFileSync(file, 'utf8')).not.toContain('secret')
  })

  it('writes once a second at most, however many messages come', async () => {
    const broker = connect()()
    const { snapshots, read } = await start(broker)
    let writes = 0
    snapshots.running.onChange(() => writes++)
    const began = Date.now()
    for (let duration = 0; Date.now() - began < 2500; duration++) {
      const said = Array.from({ length: 20 }, (_, n) => statusOf({ package: `package${n}`, duration }))
      await Promise.all(said.map(body => broker.publishTo(TESTSTATUS, body)))
    }
    await eventually(() => expect(Object.keys(read())).toHaveLength(20))
    expect(writes).toBeGreaterThan(0)
    expect(writes).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 1000) + 1)
  })

  it('keeps some of what is malformed as dead letters, not all, and follows the rest', async () => {
    const broker = connect()()
    const { read } = await start(broker)
    const malformed = Array.from({ length: 200 }, () => statusOf({ duration: 'long' }))
    await Promise.all(malformed.map(body => broker.publishTo(TESTSTATUS, body)))
    await broker.publishTo(TESTSTATUS, statusOf())
    await eventually(() => expect(Object.keys(read())).toEqual(['hello']))
    const letters = async () => (await broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE) ?? 0
    await eventually(async () => expect(await letters()).toBeGreaterThanOrEqual(60))
    expect(await letters()).toBeLessThanOrEqual(120) // a minute may end meanwhile
  })

  it('shows what ran before a restart until the workers have reported, and not what has ended meanwhile', async () => {
    const broker = connect()()
    const first = await start(broker)
    await broker.publishTo(TESTSTATUS, statusOf())
    await broker.publishTo(TESTSTATUS, statusOf({ package: 'ends-meanwhile' }))
    await eventually(() => expect(Object.keys(first.read())).toHaveLength(2))
    await first.running.stop()
    await broker.publishTo(TESTSTATUS, statusOf({ package: 'ends-meanwhile', running: false }))
    const { read } = await start(broker, first.folder, statusCollector({ startMs: 2000, reconnectMs: 2000 }))
    expect(Object.keys(read()).toSorted()).toEqual(['ends-meanwhile', 'hello'])
    await broker.publishTo(TESTSTATUS, statusOf({ duration: 110 }))
    await eventually(() => expect(read()).toEqual({ hello: expect.anything() }))
    expect(read().hello?.[HASH]?.noble?.amd64?.[1]).toBe(110)
  })
}
