import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Broker, DEAD_LETTER_QUEUE, TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import type { Derived } from '../../src/backends/derived/derived.ts'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import type { Results } from '../../src/backends/results/results.ts'
import { downloadResults } from '../../src/daemons/download-results.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import { silentLog } from '../../src/log.ts'
import type { Connect } from '../builders/brokers.ts'
import { completionOf, recordedMessages } from '../builders/completions.ts'
import { startDaemon } from '../builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../builders/databases.ts'
import { aRun } from '../builders/run.ts'
import { eventually } from '../eventually.ts'

async function aDerived(): Promise<Derived> {
  const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
  onTestFinished(() => derived.close())
  return derived
}

async function start(broker: Broker, settings: { completeQueue?: string } = {}) {
  const backends = { broker, results: await resultsWith(), derived: await aDerived() }
  const running = await startDaemon(downloadResults, backends, { settings })
  return { ...backends, running }
}

const sayAll = (broker: Broker, bodies: readonly string[]) =>
  Promise.all(bodies.map(body => broker.publishTo(TESTCOMPLETE, body)))

/** All rows, once there are so many. */
async function rowsOf(results: Results, count: number) {
  return eventually(async () => {
    const { runs } = await results.since(undefined, 10_000)
    expect(runs).toHaveLength(count)
    return runs
  })
}

/** What download-results makes of completions, on a broker. */
export function downloadResultsSuite(connect: () => Connect): void {
  it('records what a worker says, stripped, with blanks for what is unknown', async () => {
    const broker = connect()()
    const { results } = await start(broker)
    const run = aRun().of('libxml2').lasting(71).by('joe').failing().allProposed()
    await sayAll(broker, [
      completionOf(run),
      completionOf(aRun().named('20140412_101112@').with({ env: null })),
    ])
    const rows = await rowsOf(results, 2)
    expect(rows.find(row => row.package === 'libxml2')).toEqual({ ...run })
    expect(rows.find(row => row.package === 'hello')).toMatchObject({ requester: '', env: '', duration: 71 })
  })

  it('records every message of a real worker, each run once however often it is said', async () => {
    const broker = connect()()
    const { results } = await start(broker)
    const messages = recordedMessages().filter(message => message.exchange === TESTCOMPLETE.exchange)
    const bodies = messages.map(message => message.body)
    await sayAll(broker, [...bodies, ...bodies.toReversed(), ...bodies])
    const runs = new Set(messages.map(message => message.run))
    const rows = await rowsOf(results, runs.size)
    expect(new Set(rows.map(runDirectory))).toEqual(runs)
    for (const row of rows) {
      const said = JSON.parse(messages.find(message => message.run === runDirectory(row))?.body ?? '{}')
      expect(row).toMatchObject({
        version: said.testpkg_version,
        triggers: said.triggers,
        duration: Number(said.duration),
        exitcode: said.exitcode,
        requester: (said.requester ?? '').trim(),
        env: said.env,
      })
    }
    expect((await broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE) ?? 0).toBe(0)
  })

  it('skips PPAs, private runs and runs without triggers, and acknowledges them', async () => {
    const broker = connect()()
    const { results, running } = await start(broker, { completeQueue: 'skipping' })
    await sayAll(broker, [
      completionOf(aRun(), { container: 'autopkgtest-noble-joe-ppa' }),
      completionOf(aRun(), { container: 'private-autopkgtest-noble' }),
      completionOf(aRun(), { container: 'private-autopkgtest-noble-joe-ppa' }),
      completionOf(aRun(), { container: 'autopkgtest-jammy' }),
      completionOf(aRun(), { triggers: null }),
      completionOf(aRun(), { triggers: ' ' }),
      completionOf(aRun().of('last')),
    ])
    const [row] = await rowsOf(results, 1)
    expect(row?.package).toBe('last')
    await running.stop()
    expect((await broker.depths(['skipping'])).get('skipping')).toBe(0)
  })

  it('records a seeded run of another release, and that nobody need look for its files', async () => {
    const broker = connect()()
    const { results, derived } = await start(broker)
    const run = aRun().lasting(12)
    const seeded = { swift_dir: `dummy/seed/new/release/${run.runId}`, duration: 12 }
    await sayAll(broker, [completionOf(run, seeded)])
    const [row] = await rowsOf(results, 1)
    expect(row).toEqual({ ...run })
    await eventually(async () =>
      expect(await derived.details(run)).toMatchObject({ state: 'missing', reason: /seeded/ }),
    )
    await derived.indexRuns(await results.id(), 'any', [run])
    expect(await derived.queuedDetails(new Date(), 10)).toEqual([])
  })

  it('puts aside what no run can be made of, and records the rest', async () => {
    const broker = connect()()
    const { results } = await start(broker)
    await sayAll(broker, [
      completionOf(aRun(), { package: '../../etc' }),
      completionOf(aRun(), { exitcode: 'pass' }),
      completionOf(aRun(), { swift_dir: 'noble/amd64/h/hello' }),
      completionOf(aRun(), { triggers: 'gcc-14/14.2.0-1 '.repeat(4001) }),
      'nonsense',
      completionOf(aRun()),
    ])
    await rowsOf(results, 1)
    await eventually(async () =>
      expect((await broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE)).toBe(5),
    )
  })

  it('has a queue that outlives it, named after the database', async () => {
    const broker = connect()()
    const results = await resultsWith()
    const backends = { broker, results, derived: await aDerived() }
    await (await startDaemon(downloadResults, backends)).stop()
    const queue = `autopkgtest-web.complete.${await results.id()}`
    await sayAll(broker, [completionOf(aRun()), completionOf(aRun())])
    expect((await broker.depths([queue])).get(queue)).toBe(2)
    await startDaemon(downloadResults, backends)
    await rowsOf(results, 2)
  })
}
