import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import type { Results } from '../../src/backends/results/results.ts'
import { silentLog } from '../../src/log.ts'
import { indexMoreRuns } from '../../src/operations/index/index-runs.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRun } from '../builders/run.ts'
import { describeWith, startPostgres, startStandby, urlOfAll } from './harness/index.ts'

const WITHIN = { timeout: 30_000, interval: 200 }

async function startPair() {
  const primary = await startPostgres()
  onTestFinished(() => primary.stop())
  const standby = await startStandby(primary)
  onTestFinished(() => standby.stop())
  const url = urlOfAll(primary, standby)
  const results = await postgresResults({
    url,
    mirror: join(temporaryFolder(), 'mirror.db'),
    log: silentLog,
  })
  onTestFinished(() => results.close())
  const failOver = async () => {
    await primary.kill()
    await standby.promote()
    await expect.poll(() => results.state(), WITHIN).toEqual({ ok: true })
  }
  return { url, standby, results, failOver }
}

/** Package and run of each row of the copy that is published. */
async function published(results: Results): Promise<string[]> {
  const file = join(temporaryFolder(), 'copy.db')
  await results.copyPublished(file)
  const db = new Database(file, { readonly: true })
  onTestFinished(() => void db.close())
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  const rows = "SELECT package || ' ' || run_id FROM result JOIN test ON id = test_id"
  return (db.prepare(rows).pluck().all() as string[]).toSorted()
}

const named = (runs: readonly { package: string; runId: string }[]) =>
  runs.map(run => `${run.package} ${run.runId}`).toSorted()
const someRuns = (count: number, name: string) =>
  Array.from({ length: count }, (_, n) => aRun().of(`${name}${n}`))

describeWith(['postgres'], 'results on PostgreSQL after a failover', () => {
  it('are followed from where whoever follows had come to', async () => {
    const { url, results, failOver } = await startPair()
    const derived = await postgresDerived({ url, log: silentLog })
    onTestFinished(() => derived.close())
    const follow = () => indexMoreRuns({ results, derived })
    const [before, after] = [someRuns(50, 'before'), someRuns(50, 'after')]
    await results.record(before)
    await follow()
    expect(await published(results)).toEqual(named(before))
    const { position } = await results.since(undefined, 1000)
    const [version, id] = [results.version(), await results.id()]
    let changes = 0
    onTestFinished(results.onChange(() => changes++))

    await failOver()
    // What was kept of before is not taken for fresh
    await expect.poll(() => results.version(), WITHIN).not.toBe(version)
    await results.record(after)
    expect(await results.id()).toBe(id)
    await expect
      .poll(async () => named((await results.since(position, 1000)).runs), WITHIN)
      .toEqual(named(after))
    await follow()
    const found = await derived.newest({}, { limit: 1000, offset: 0 })
    expect(named(found)).toEqual(named([...before, ...after]))
    expect(await published(results)).toEqual(named([...before, ...after]))
    // The listener is back as well
    const then = changes
    await expect
      .poll(async () => {
        await results.record([aRun()])
        return changes
      }, WITHIN)
      .toBeGreaterThan(then + 1)
  })

  it('are published as the new server has them, whatever was lost with the old one', async () => {
    const { standby, results, failOver } = await startPair()
    const kept = someRuns(10, 'kept')
    await results.record(kept)
    // More than a sequence takes in advance: their numbers will be given again
    await standby.cutOff()
    await results.record(someRuns(200, 'lost'))
    expect(await published(results)).toHaveLength(210)

    await failOver()
    expect(await published(results)).toEqual(named(kept))
    const others = someRuns(200, 'other')
    await results.record(others)
    expect(await published(results)).toEqual(named([...kept, ...others]))
  })
})
