import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { silentLog } from '../../src/log.ts'
import { aRun } from '../builders/run.ts'
import { eventually } from '../eventually.ts'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser, seriousFindings, watchedContext } from './browser.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startSite } from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'

/** So many minutes ago. */
const ago = (minutes: number) =>
  aRun().endedAt(new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19))
const brokenBy = (trigger: string, name: string): Run[] => [
  ago(400).of(name).triggeredBy('migration-reference/0'),
  ago(30).of(name).triggeredBy(trigger).failing(),
]
/** Fails and passes by turns. */
const unsteady = (name: string): Run[] =>
  Array.from({ length: 12 }, (_, n) =>
    ago(399 - n)
      .of(name)
      .triggeredBy('perl/5.38-1')
      .exiting(n % 2 === 0 ? 4 : 0),
  )

const RUNS = [
  ...brokenBy('dpkg/1.22-1', 'apt'),
  ...['gzip', 'tar', 'bash'].flatMap(name => brokenBy('glibc/2.43-1', name)),
  ...unsteady('tar'),
]

describeWith(['chromium'], 'somebody who has never seen the site', () => {
  let folder: string
  let site: SiteProgram
  let browser: OpenBrowser
  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'triage-'))
    for (const name of ['store', 'data']) mkdirSync(join(folder, name))
    const results = await sqliteResults({ file: join(folder, 'data', 'autopkgtest.db'), log: silentLog })
    await results.record(RUNS)
    await results.close()
    // As a worker does that listens
    const broker = embeddedBroker({ file: join(folder, 'data', 'broker.db'), log: silentLog })
    await broker.declareQueues(['debci-noble-amd64'])
    await broker.close()
    const config = writeSiteConfig({
      folder,
      releases: ['noble'],
      store: { path: join(folder, 'store') },
      sections: { ...JOE_UPLOADS, login: { provider: 'local', users: 'joe jane' } },
    })
    ;[site, browser] = await Promise.all([startSite('start', '--config', config), openBrowser()])
    await eventually(async () => {
      const page = await (await fetch(`${site.url}/triggers/glibc/2.43-1`)).text()
      expect(page).toContain('likely to pass')
    })
  })
  afterAll(async () => {
    await browser?.close()
    await endPrograms()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  async function openPage(options: Parameters<typeof watchedContext>[2] = {}): Promise<Page> {
    const { context, faults } = await watchedContext(browser, site.url, options)
    onTestFinished(async () => {
      await context.close()
      expect(faults.seen).toEqual([])
    })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    return page
  }

  it.each([
    ['sees without script', { javaScriptEnabled: false }, false],
    ['does with script', {}, true],
  ])(
    '%s what broke most today, what a retry would mend, and how to ask for it in three clicks',
    async (_, options, asks) => {
      const page = await openPage(options)
      await page.goto('/request')
      await page.locator('main').getByRole('button', { name: 'Log in', exact: true }).click()
      await page.getByRole('button', { name: 'joe', exact: true }).click()
      await page.waitForURL(url => url.pathname !== '/login')

      await page.goto('/')
      const uploads = page.locator('table.uploads tbody tr')
      expect(await uploads.first().textContent()).toMatch(/^glibc\/2\.43-1\s*3$/)
      if (asks) expect(await seriousFindings(page)).toEqual([])
      await uploads.first().getByRole('link').first().click()
      await page.waitForURL('**/triggers/glibc/2.43-1')

      const row = page.locator('.outcome-grid tbody tr').filter({ hasText: 'tar' })
      expect(await row.textContent()).toContain('6 of 6 retries passed')
      await page.getByRole('link', { name: 'Retry the one likely to pass' }).click()
      await page.waitForURL('**/retries?**')

      const request = page.getByRole('button', { name: /^Request 1 test$/ })
      // What waits is not offered again
      if (!asks) return request.waitFor()
      await request.click()
      await page.getByRole('heading', { name: /^1 test requested/ }).waitFor()
    },
  )
})
