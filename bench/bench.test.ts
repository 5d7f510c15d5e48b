import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../test/servers/harness/describe-with.ts'

/** Runs a benchmark, and returns its tables and figures. */
async function runBench(name: string, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-test-'))
  chmodSync(folder, 0o755) // PostgreSQL runs as its own user
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const json = join(folder, 'figures.json')
  const args = [join(import.meta.dirname, name), ...options, '--json', json]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, TMPDIR: folder },
  })
  expect(existsSync(json)).toBe(true)
  return { tables: stdout, figures: JSON.parse(readFileSync(json, 'utf8')) }
}

describeWith(['wrk'], 'the benchmark of pages', () => {
  it('measures each kind of page', async () => {
    const sizes = ['--results', '2000', '--postgres', '0', '--queued', '50', '--running', '5']
    const pages = ['--seconds', '1', '--once', '20', '--pages', 'home,run,recent 100']
    const { tables, figures } = await runBench('pages.ts', ...sizes, ...pages)
    expect(tables).toContain('### sqlite-2000')
    const [site] = figures.sites as { pages: Record<string, { perSecond: number }>[] }[]
    expect(site?.pages.map(page => page.page)).toEqual(['home', 'run', 'recent 100'])
    for (const page of site?.pages ?? []) {
      for (const load of [page.kept, page.floor, page.first, page.half])
        expect(load?.perSecond).toBeGreaterThan(0)
    }
  })
})

describeWith(['rabbitmq', 'postgres'], 'the benchmark of the daemons', () => {
  it('measures each of them', async () => {
    const { figures } = await runBench(
      'ingest.ts',
      ...['--only', 'completions,statuses,queues,publish', '--completions', '3000', '--statuses', '1000'],
      ...['--running', '10', '--queued', '500', '--seconds', '3', '--publish', '3000'],
    )
    expect(figures.completions.map((row: { into: string }) => row.into)).toEqual(['sqlite', 'postgres'])
    for (const { daemon, bare } of [...figures.completions, ...figures.statuses]) {
      expect(daemon.perSecond).toBeGreaterThan(0)
      expect(bare.perSecond).toBeGreaterThan(0)
    }
    expect(figures.queues.map((row: { trace: boolean }) => row.trace)).toEqual([true, false])
    for (const row of figures.queues) expect(row.waitMostAlone).toBeGreaterThan(0)
    expect(figures.publish[0].seconds).toBeGreaterThan(0)
    expect(figures.publish[0].slowestWithoutMs).toBeGreaterThan(0)
  })
})

describeWith([], 'the benchmark of the embedded broker', () => {
  it('measures how soon a consumer is given what another process publishes', async () => {
    const { tables, figures } = await runBench('ingest.ts', '--only', 'wakeups', '--wakeups', '3')
    expect(tables).toContain('### Embedded broker')
    expect(figures.wakeups[0].p50).toBeGreaterThan(0)
  })
})

describeWith(['swift'], 'the benchmark of the stores', () => {
  it('measures a folder and Swift', async () => {
    const sizes = ['--runs', '20', '--swift-runs', '5']
    const { figures } = await runBench('ingest.ts', '--only', 'backfill', ...sizes)
    expect(figures.backfill.map((row: { store: string }) => row.store)).toEqual(['folder', 'swift'])
    for (const row of figures.backfill) expect(row.objectsPerSecond).toBeGreaterThan(0)
  })
})
