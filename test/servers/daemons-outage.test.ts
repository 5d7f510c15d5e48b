import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type Broker, DEAD_LETTER_QUEUE, TESTCOMPLETE, TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { amqpStatusCollector } from '../../src/daemons/amqp-status-collector.ts'
import { cacheAmqp } from '../../src/daemons/cache-amqp.ts'
import { downloadResults } from '../../src/daemons/download-results.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import { silentLog } from '../../src/log.ts'
import { completionOf } from '../builders/completions.ts'
import { startDaemon } from '../builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../builders/databases.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { aRun } from '../builders/run.ts'
import { openSnapshotsIn } from '../builders/snapshots.ts'
import { openTranscriptsIn } from '../builders/transcripts.ts'
import { statusOf } from '../daemons/amqp-status-collector.suite.ts'
import { describeWith, makeVhost, startRabbitmq } from './harness/index.ts'

/** As a worker does: until it is confirmed. */
async function say(broker: Broker, body: string): Promise<void> {
  for (;;) {
    try {
      return await broker.publishTo(TESTCOMPLETE, body)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
}

describeWith(['rabbitmq'], 'daemons while RabbitMQ is killed and comes again', () => {
  it('record each of 5,000 completions once, and leave none behind', async () => {
    const server = await startRabbitmq()
    onTestFinished(() => server.stop())
    const open = rabbitmqAt(server)
    const results = await resultsWith()
    const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
    onTestFinished(() => derived.close())
    const daemon = await startDaemon(downloadResults, { broker: open(), results, derived })
    // Declarations reach the disk up to two seconds late
    await new Promise(resolve => setTimeout(resolve, 2500))

    const runs = Array.from({ length: 5000 }, (_, n) => aRun().of(`package${n % 100}`))
    const worker = open()
    let said = 0
    const working = (async () => {
      for (let from = 0; from < runs.length; from += 100) {
        await Promise.all(runs.slice(from, from + 100).map(run => say(worker, completionOf(run))))
        said = from + 100
      }
    })()
    await vi.waitFor(() => expect(said).toBeGreaterThan(1500), 60_000)
    await server.kill()
    await server.restart()
    await working

    const queue = `autopkgtest-web.complete.${await results.id()}`
    const rows = await vi.waitFor(
      async () => {
        const { runs: recorded } = await results.since(undefined, 10_000)
        expect(recorded.length).toBeGreaterThanOrEqual(runs.length)
        expect((await worker.depths([queue])).get(queue)).toBe(0)
        return recorded.map(runDirectory)
      },
      { timeout: 60_000, interval: 200 },
    )
    await new Promise(resolve => setTimeout(resolve, 1000))
    await daemon.stop()
    // It would have been given back, had it not been acknowledged
    await new Promise(resolve => setTimeout(resolve, 500))
    expect((await worker.depths([queue])).get(queue)).toBe(0)
    expect(rows.toSorted()).toEqual(runs.map(runDirectory).toSorted())
    expect((await worker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE) ?? 0).toBe(0)
  }, 180_000)

  it('start without it, and keep running.json and queued.json once it is there', async () => {
    const server = await startRabbitmq()
    onTestFinished(() => server.stop())
    const vhost = await makeVhost(server)
    const open = rabbitmqAt(vhost)
    const worker = open()
    await worker.declareQueues(['debci-noble-amd64'])
    await new Promise(resolve => setTimeout(resolve, 2500))
    await server.kill()

    const folder = temporaryFolder()
    const snapshots = openSnapshotsIn(folder)
    const transcripts = openTranscriptsIn(folder)
    // The broker is away until both have begun
    const [collector, cache] = await Promise.all([
      startDaemon(amqpStatusCollector, { broker: open(), snapshots, transcripts }),
      startDaemon(cacheAmqp, { broker: open(), snapshots }),
    ])
    expect(snapshots.running.current()).toMatchObject({ state: 'ok', value: {} })
    await vi.waitFor(() => expect(cache.health().ok).toBe(false), 30_000)

    await server.restart()
    await vi.waitFor(
      async () => {
        await worker.publishTo(TESTSTATUS, statusOf())
        expect(Object.keys(snapshots.running.current().value)).toEqual(['hello'])
      },
      { timeout: 60_000, interval: 500 },
    )
    expect(collector.health()).toEqual({ ok: true })
    await vi.waitFor(
      () => expect(snapshots.queued.current().value.queues.ubuntu?.noble?.amd64?.size).toBe(0),
      { timeout: 90_000, interval: 500 },
    )
  }, 240_000)
})
