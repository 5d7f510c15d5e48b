import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { vi } from 'vitest'
import { eventually } from '../eventually.ts'
import { type SiteProgram, startSiteWith } from './program.ts'

export interface SampleSite {
  readonly url: string
  /** The program that runs now. */
  readonly program: SiteProgram
  /** Ends it as a power cut does. */
  kill(): Promise<void>
  /** Starts it again at the same address with the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * The service as it comes, with the real runs alone: `start` without a configuration, once its sample data are there and indexed.
 * @param env settings that differ
 */
export async function startSampleSite(env: Readonly<Record<string, string>> = {}): Promise<SampleSite> {
  const folder = mkdtempSync(join(tmpdir(), 'sample-site-'))
  const start = (listen: string) =>
    startSiteWith(
      { AUTOPKGTEST_WEB_SAMPLE_WORLD: 'no', ...env },
      'start',
      '--listen',
      listen,
      '--data-dir',
      join(folder, 'var'),
    )
  let program = await start('127.0.0.1:0')
  const { url } = program
  await vi.waitFor(
    async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text()
      const runs = await (await fetch(`${url}/api/experimental/recent.json`)).json()
      if ((runs as unknown[]).length < 40) throw new Error('the sample runs are not there yet')
      if (!/daemon_waiting\{daemon="index-results"\} 0$/m.test(metrics)) throw new Error('not indexed yet')
    },
    { timeout: 60_000, interval: 200 },
  )
  return {
    url,
    get program() {
      return program
    },
    async kill() {
      await program.end('SIGKILL')
    },
    async restart() {
      program = await start(new URL(url).host)
    },
    async stop() {
      await program.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One address of each kind of page; those of a run are of one whose log has failures. */
export async function samplePages(url: string): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/api/experimental/recent.json?limit=1000`)
  const runs = (await answer.json()) as {
    package: string
    release: string
    arch: string
    run_id: string
    triggers: string
  }[]
  const run = runs.find(one => one.package === 'adt-mixed')
  if (run === undefined) throw new Error('adt-mixed is not among the examples')
  const id = await eventually(async () => {
    const running = await (await fetch(`${url}/running`)).text()
    const found = /\/running\/([0-9a-f]{16})/.exec(running)?.[1]
    if (found === undefined) throw new Error('no sample test is running')
    return found
  })
  const test = `/packages/${run.package}/${run.release}/${run.arch}`
  return {
    home: '/',
    running: '/running',
    'running, filtered': '/running?arch=amd64',
    'running, a page further': '/running?offset=100',
    'running test': `/running/${id}`,
    'needless requests': '/running/needless',
    'only mine': '/running/mine',
    queue: '/queues/ubuntu/bookworm/amd64',
    recent: '/recent',
    regressions: '/regressions?max_age=36500&state=no+baseline',
    'regressions by test': '/regressions?max_age=36500&state=no+baseline&by=test',
    'no regressions': '/regressions?blocks=nobody',
    trigger: `/triggers/${run.triggers.split(' ')[0]}`,
    'versions of a trigger': `/triggers/${run.triggers.split('/')[0]}`,
    'unknown trigger': '/triggers/nobody/1',
    'migration-reference': '/triggers/migration-reference/0',
    'request form': '/request',
    'request form, filled in':
      '/request?preview=1&package=adt-mixed&trigger=adt-mixed/1.0&release=bookworm&arch=amd64',
    'request form with faults':
      '/request?preview=1&package=A&trigger=x&trigger=a/b/c&ppa=me&release=warty&arch=vax&all-proposed=2',
    'recent without results': '/recent?user=nobody',
    failures: '/failures?order=tests',
    'failures in vain': '/failures?q=qqqqqq',
    failure: await aFailure(url),
    statistics: '/statistics',
    'statistics of a week': '/statistics?range=week&by=context',
    flaky: '/flaky',
    'flaky in vain': '/flaky?release=warty&order=time',
    packages: '/packages',
    search: '/search?q=adt',
    'search in vain': '/search?q=qqqqqq',
    package: `/packages/${run.package}`,
    'unknown package': '/packages/no-such-package',
    history: test,
    'empty history': '/packages/no-such-package/bookworm/amd64',
    run: `${test}/${run.run_id}`,
    log: `${test}/${run.run_id}/log`,
    'log, searched': `${test}/${run.run_id}/log?q=FAIL&case=1#L1`,
    'search in a log': `${test}/${run.run_id}/log/search?q=FAIL&context=1`,
    artifacts: `${test}/${run.run_id}/artifacts`,
    testbed: `${test}/${run.run_id}/testbed`,
    comparison: `${test}/compare`,
    'comparison for a run’s page': `${test}/compare?brief=1`,
    user: '/user/alice/',
    'PPAs of a user': '/user/alice/ppa',
    notes: '/notes',
    'notes in vain': '/notes?package=qqqqqq',
    teams: '/teams',
    changes: '/changes?release=bookworm',
    'changed tests of packages': `/changes/packages?release=bookworm&packages=${run.package}`,
    'requests of a user': '/user/alice/requests',
    'versions of an unknown source': '/triggers/no-such-source',
    login: '/login',
    'no page': '/no/such/page',
  }
}

/** The failure that most tests have, as soon as logs have been looked through. */
async function aFailure(url: string): Promise<string> {
  for (const until = Date.now() + 60_000; Date.now() < until; await setTimeout(200)) {
    const answer = await fetch(`${url}/failures.json?order=tests`)
    const { failures } = (await answer.json()) as { failures: { address: string; tests: number }[] }
    const [first] = failures
    if (first !== undefined && first.tests > 1) return `/failures/${first.address}`
  }
  throw new Error('no two sample tests fail in the same way')
}
