import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { QueuedJson } from '../../src/contracts/files/queued-json.ts'
import type { RunningJson } from '../../src/contracts/files/running-json.ts'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser, watchedContext } from './browser.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'

const RUNNING = 300
const ARCHES = ['amd64', 'arm64', 'armhf', 'ppc64el', 's390x']
const PER_QUEUE = 5000
const TAIL = Array.from(
  { length: 40 },
  (_, n) => `${n}s Setting up libwhatever (1.2.${n}-1) and more words`,
).join('\n')

/** 300 tests that run, with tails as long as workers send them. */
function busyRunning(duration: number): RunningJson {
  return Object.fromEntries(
    Array.from({ length: RUNNING }, (_, n) => {
      const params = {
        triggers: [`trigger${n}/1`],
        requester: 'joe',
        'submit-time': '2026-09-01 10:11:12+0000',
      }
      const test: [object, number, string] = [params, duration + n, TAIL]
      return [
        `package${n}`,
        { [`triggers_['trigger${n}/1'];`]: { noble: { [ARCHES[n % 5] as string]: test } } },
      ]
    }),
  ) as RunningJson
}

/** 25,000 requests in five queues. */
function busyQueues(): QueuedJson {
  const requests = Array.from(
    { length: PER_QUEUE },
    (_, n) =>
      `waiting${n}\n{"requester": "joe", "submit-time": "2026-09-01 10:11:12+0000", "triggers": ["glibc/2.${n}"]}`,
  )
  const noble = Object.fromEntries(ARCHES.map(arch => [arch, { size: PER_QUEUE, requests }]))
  return { releases: ['noble'], arches: ARCHES, queues: { ubuntu: { noble } } }
}

describeWith(['chromium'], 'a busy service in a real browser', () => {
  let folder: string
  let site: SiteProgram
  let browser: OpenBrowser
  const replace = (name: string, content: unknown) => {
    const file = join(folder, 'data', name)
    writeFileSync(`${file}.new`, JSON.stringify(content))
    renameSync(`${file}.new`, file)
  }
  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'busy-'))
    mkdirSync(join(folder, 'store'))
    mkdirSync(join(folder, 'data'))
    replace('running.json', busyRunning(0))
    replace('queued.json', busyQueues())
    const store = { path: join(folder, 'store') }
    const config = writeSiteConfig({ folder, releases: ['noble'], arches: ARCHES, store })
    ;[site, browser] = await Promise.all([startSite('serve', '--config', config), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await endPrograms()
    rmSync(folder, { recursive: true, force: true })
  })

  it('shows all that runs and the exact totals of what waits, and follows it', async () => {
    const { context, faults } = await watchedContext(browser, site.url)
    const page = await context.newPage()
    await page.goto('/running')
    expect(await page.locator('h1').textContent()).toBe('300 tests running, 25,000 queued')
    expect(await page.locator('[id^="pkg-"]').count()).toBe(RUNNING)
    expect(await page.locator('.load tbody td').allTextContents()).toContain('25,000')
    const oldest = page.locator('.running-test').first()
    await oldest.locator('summary').click()
    replace('running.json', busyRunning(60))
    await expect
      .poll(() => oldest.locator('.v.running').textContent(), { timeout: 40_000 })
      .toBe('0h 05m 59s')
    expect(await page.locator('.running-test details[open]').count()).toBe(1)
    expect(faults.seen).toEqual([])
  }, 60_000)

  it('leads to each request that waits', async () => {
    const { context } = await watchedContext(browser, site.url)
    const page = await context.newPage()
    await page.goto('/running')
    const first = await page.locator('details.queues a').first().getAttribute('href')
    await page.goto(`${first}?limit=1000`)
    const seen = new Set<string>()
    for (;;) {
      const rows = await page.locator('tbody tr[data-row]').allTextContents()
      for (const row of rows) seen.add(/waiting\d+/.exec(row)?.[0] ?? '')
      const older = page.locator('a[rel=next]')
      if ((await older.count()) === 0) break
      await older.click()
      await page.waitForLoadState()
    }
    expect(seen.size).toBe(PER_QUEUE)
  }, 60_000)
})
