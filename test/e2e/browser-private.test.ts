import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeWith } from '../servers/harness/index.ts'
import { type Faults, type OpenBrowser, openBrowser, watchedContext } from './browser.ts'
import { logIn } from './log-in.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { type SampleSite, startSampleSite } from './sample-site.ts'

/** Nothing else on the site has this name. */
const SECRET = 'hushhush'
const TEST = '/packages/adt-mixed/bookworm/amd64'
const ASKED = `package=adt-mixed&release=bookworm&arch=amd64&trigger=${SECRET}/6.6-6&readable-by=alice`
/** A sample worker plays each test for half a minute at least. */
const RUN_MS = 300_000

/** What shows the tests that wait and run, without naming this one in its own address. */
const LIVE = ['/', '/running', '/packages/adt-mixed', TEST, '/user/alice/', '/user/alice/requests']
/** What lists runs. */
const LISTS = ['/recent', '/search?q=adt-mixed', '/regressions', '/statistics', '/changes?release=bookworm']
const FILES = [
  ...['/static/running.json', '/queues.json', '/queued.json', '/queues/ubuntu/bookworm/amd64.json'],
  ...['/api/experimental/recent.json?limit=1000', '/packages/adt-mixed.json', `${TEST}.json`],
  ...['/packages/adt-mixed/feed.atom', `${TEST}/feed.json`, '/user/alice/feed.atom', '/recent/feed.atom'],
  ...['/search.json?q=adt-mixed', '/statistics/machine-time.json?of=trigger', '/regressions.json'],
  ...[`/packages/adt-mixed/badge.svg`, '/failures.json'],
]

describeWith(['chromium'], 'a private run in a real browser', () => {
  let site: SampleSite
  let browser: OpenBrowser
  const readers = new Map<string, { context: BrowserContext; faults: Faults }>()
  beforeAll(async () => {
    buildIfNeeded()
    ;[site, browser] = await Promise.all([startSampleSite(), openBrowser()])
    for (const name of ['alice', 'bob', 'nobody']) readers.set(name, await watchedContext(browser, site.url))
    for (const name of ['alice', 'bob']) await signIn(name)
  })
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    await endPrograms()
  })

  const contextOf = (name: string) => (readers.get(name) as { context: BrowserContext }).context

  async function signIn(name: string): Promise<void> {
    const cookies = (await logIn(site.url, name)).split('; ').map(one => {
      const at = one.indexOf('=')
      return { name: one.slice(0, at), value: one.slice(at + 1), url: site.url }
    })
    await contextOf(name).addCookies(cookies)
  }

  /** The status of a page, and what it says, as a browser shows it. */
  async function read(name: string, path: string): Promise<{ status: number; text: string }> {
    const page = await contextOf(name).newPage()
    const answer = await page.goto(path, { waitUntil: 'load' })
    const text = await page.content()
    await page.close()
    return { status: answer?.status() ?? 0, text }
  }

  /** What a file says; its links and ids, too. */
  async function fetched(name: string, path: string): Promise<{ status: number; text: string }> {
    const answer = await contextOf(name).request.get(path)
    return { status: answer.status(), text: await answer.text() }
  }

  /** Whatever lists runs says nothing of this one, and works. */
  async function expectUnseen(
    name: string,
    pages: readonly string[],
    secrets: readonly string[],
  ): Promise<void> {
    const seen: string[] = []
    const look = ({ status, text }: { status: number; text: string }, path: string) => {
      if (status !== 200) seen.push(`${name} gets ${status} from ${path}`)
      for (const secret of secrets) if (text.includes(secret)) seen.push(`${name} sees ${secret} on ${path}`)
    }
    for (const path of pages) look(await read(name, path), path)
    for (const path of FILES) look(await fetched(name, path), path)
    expect(seen).toEqual([])
  }

  it('is read by its owner from the request to the log, and by nobody else', {
    timeout: 3 * RUN_MS,
  }, async () => {
    const owner = await contextOf('alice').newPage()
    await owner.goto(`/request?preview=1&${ASKED}`)
    await owner.getByRole('button', { name: 'Request' }).click()
    await owner.waitForURL('**/request.cgi?*')
    await owner.getByRole('link', { name: /^Follow it/ }).click()
    await owner.waitForURL('**/requests/*')
    const followed = new URL(owner.url()).pathname
    const uuid = followed.slice('/requests/'.length)
    expect(await owner.locator('main').textContent()).toContain(SECRET)

    // While it waits or runs
    for (const name of ['bob', 'nobody']) {
      await expectUnseen(name, LIVE, [SECRET, uuid])
      expect((await fetched(name, followed)).status).toBe(404)
    }

    const found = await vi.waitFor(
      async () => {
        const answer = await contextOf('alice').request.get(`/run/${uuid}/log`, { maxRedirects: 0 })
        if (answer.status() !== 303) throw new Error(`it has not ended: ${answer.status()}`)
        return answer.headers().location as string
      },
      { timeout: RUN_MS, interval: 500 },
    )
    expect(found).toMatch(/^\/private-results\//)
    const log = await owner.goto(found)
    expect(log?.status()).toBe(200)
    expect(await owner.locator('main').textContent()).toContain(SECRET)
    await owner.goto(followed)
    expect(await owner.locator('main').textContent()).toContain(SECRET)
    await owner.goto('/user/alice/requests')
    expect(await owner.locator('main').textContent()).toContain(SECRET)

    const runId = /\d{8}_\d{6}_[^/]*@/.exec(decodeURIComponent(found))?.[0] as string
    const folder = found.slice(0, found.lastIndexOf('/'))
    const container = found.split('/')[2] as string
    for (const name of ['bob', 'nobody']) {
      await expectUnseen(name, [...LIVE, ...LISTS], [SECRET, uuid, runId])
      // As if nothing of that name had ever run
      const run = `${TEST}/${runId}`
      expect((await read(name, run)).status).toBe(404)
      for (const path of [
        ...[followed, `/run/${uuid}`, `/run/${uuid}/log`, `${run}/log`, `${run}/artifacts`, `${run}/testbed`],
        ...[`${run}.json`, `${run}/log/search?q=x`, `${TEST}/compare.json?to=${runId}`],
      ])
        expect((await fetched(name, path)).status, path).toBe(404)
      expect((await fetched(name, `/results/${container}/?format=json`)).status).toBe(401)
      for (const file of ['log', 'log.gz', 'artifacts.tar.gz', 'readable-by']) {
        const ask = file === 'log' ? read : fetched
        const answer = await ask(name, `${folder}/${file}`)
        expect([answer.status, answer.text.includes(SECRET)]).toEqual([name === 'bob' ? 403 : 200, false])
      }
      const trigger = (await fetched(name, `/triggers/${SECRET}/6.6-6.json`)).text
      expect(JSON.parse(trigger)).toMatchObject({ tests: [], running: { total: 0 }, queued: { total: 0 } })
      expect((await fetched(name, `/triggers/${SECRET}/6.6-6`)).text).not.toContain('adt-mixed')
    }
    for (const { faults } of readers.values()) {
      // A browser says so of every page that is not there, or not for this reader
      faults.forgive(/status of 40[134]/)
      expect(faults.seen).toEqual([])
    }
  })
})
