import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { describeWith } from '../servers/harness/index.ts'
import { openBrowser, watchedContext } from './browser.ts'
import { longLog } from './long-log.ts'
import {
  buildIfNeeded,
  endPrograms,
  memoryOf,
  runProgram,
  type SiteProgram,
  startProgram,
  startSite,
} from './program.ts'
import { writeSiteConfig } from './site-config.ts'

const MEBIBYTE = 2 ** 20
const MOST_GROWTH = 64 * MEBIBYTE

const LOG = longLog()
const RUN = aRun().of('long').failing()
const PATH = `/packages/long/noble/amd64/${RUN.runId}/log`
let folder: string
let config: string
let site: SiteProgram

beforeAll(async () => {
  buildIfNeeded()
  folder = mkdtempSync(join(tmpdir(), 'long-log-'))
  const root = join(folder, 'store')
  mkdirSync(root)
  config = writeSiteConfig({ folder, releases: ['noble'], store: { path: root } })
  const store = filesystemStore({ root })
  await storeRun(store, RUN, { log: gzipSync(LOG.bytes), members: { summary: LOG.summary } })
  await store.close()
  await runProgram('download-all-results', '--config', config)
  site = await startSite('serve', '--config', config)
})
afterAll(async () => {
  await endPrograms()
  rmSync(folder, { recursive: true, force: true })
})

/** Reads a log as somebody with a slow line does; how much there was, and when its first and its last byte came. */
async function readSlowly(
  url: string,
  encoding: string,
): Promise<{ bytes: number; first: number; last: number }> {
  const began = performance.now()
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': encoding } }, resolve).on('error', reject)
  })
  let bytes = 0
  let first: number | undefined
  for await (const chunk of answer) {
    first ??= performance.now() - began
    bytes += (chunk as Buffer).length
    await sleep(2)
  }
  return { bytes, first: first as number, last: performance.now() - began }
}

/** How much memory the website has at most, over what it had, while `work` goes on. */
async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const before = memoryOf(site).now
  writeFileSync(`/proc/${site.pid}/clear_refs`, '5') // forgets the most there was so far (proc(5))
  await work()
  return memoryOf(site).most - before
}

const TIMES = `[
  performance.getEntriesByName('first-contentful-paint')[0].startTime,
  performance.getEntriesByType('navigation')[0].loadEventEnd
]`
const isInView = (line: number): string => `(() => {
  const { top, bottom } = document.getElementById('L${line}').getBoundingClientRect()
  return bottom > 0 && top < innerHeight
})()`

describe('a log of 12 MB', () => {
  it.each(['identity', 'gzip'])(
    'is sent in little memory to a slow reader (%s)',
    async encoding => {
      await fetch(`${site.url}/`).then(answer => answer.text())
      let read = { bytes: 0, first: 0, last: 0 }
      const growth = await growthDuring(async () => {
        read = await readSlowly(site.url + PATH, encoding)
      })
      expect(read.bytes).toBeGreaterThan(encoding === 'gzip' ? 100_000 : LOG.bytes.length - 2_000_000)
      expect(growth).toBeLessThan(MOST_GROWTH)
      expect(read.first).toBeLessThan(read.last / 4)
    },
    60_000,
  )
})

describeWith(['chromium'], 'a log of 12 MB in a real browser', () => {
  it('can be read early, to its end, and from failure to failure', async () => {
    // Its index is made in the background
    const indexing = startProgram('daemon', 'index-results', '--config', config)
    await vi.waitFor(
      async () => {
        const page = await (await fetch(site.url + PATH.replace(/\/log$/, ''))).text()
        expect(page).toMatch(/log#L\d+/)
      },
      { timeout: 60_000, interval: 500 },
    )
    await indexing.end()
    const browser = await openBrowser()
    onTestFinished(() => browser.close())
    const { context, faults } = await watchedContext(browser, site.url)
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    let isLoaded = false
    const growth = await growthDuring(async () => {
      const loading = page.goto(PATH).then(() => {
        isLoaded = true
      })
      await page.locator('.log-contents a').first().waitFor()
      expect(isLoaded).toBe(false)
      await loading
    })
    expect(growth).toBeLessThan(MOST_GROWTH)
    const [painted, loaded] = (await page.evaluate(TIMES)) as [number, number]
    expect(painted).toBeLessThan(loaded / 2)

    const seen = new Set<string>()
    while (seen.size < LOG.failed.length) {
      await page.keyboard.press('n')
      const focused = page.locator('.log :focus')
      seen.add(await focused.evaluate(line => line.closest('details')?.firstElementChild?.textContent ?? ''))
    }
    expect([...seen]).toEqual(LOG.failed.map(name => expect.stringContaining(name)))
    await page.keyboard.press('f')
    await page.keyboard.press('End')
    await expect.poll(() => page.evaluate(isInView(LOG.lines)), { timeout: 20_000 }).toBe(true)

    await page.goto(`${PATH}#L${LOG.longest}`)
    const odd = page.locator(`#L${LOG.longest}`)
    await expect.poll(() => odd.getAttribute('class')).toBe('picked')
    const text = await odd.locator('..').textContent()
    expect(text).toMatch(/more bytes in the raw log/)
    expect(text).toContain('nul␀ \ufffd')
    expect(text).toContain('100% downloaded (after 2 overwritten)')
    await page.goto(`${PATH}#L${LOG.lines - 3}`)
    await expect.poll(() => page.evaluate(isInView(LOG.lines - 3)), { timeout: 20_000 }).toBe(true)
    expect(faults.seen).toEqual([])
  }, 240_000)
})
