import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../servers/harness/index.ts'
import {
  type Faults,
  type OpenBrowser,
  openBrowser,
  seriousFindings,
  UNFOLD_ALL,
  watchedContext,
} from './browser.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { type SampleSite, samplePages, startSampleSite } from './sample-site.ts'

/** What only colours decide; the rest of axe's rules is the same in light and dark. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
/** Of style, script and all else that a page asks for by itself, as it comes over the wire. */
const MOST_BYTES = 60_000
const LOADED = `performance.getEntriesByType('resource').map(one => ({ name: one.name, encodedBodySize: one.encodedBodySize }))`

describeWith(['chromium'], 'every page in a real browser', () => {
  let site: SampleSite
  let browser: OpenBrowser
  let pages: Record<string, string>
  beforeAll(async () => {
    buildIfNeeded()
    ;[site, browser] = await Promise.all([startSampleSite(), openBrowser()])
    pages = await samplePages(site.url)
  })
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    await endPrograms()
  })

  async function openPage(
    options: Parameters<typeof watchedContext>[2] = {},
  ): Promise<{ page: Page; faults: Faults }> {
    const { context, faults } = await watchedContext(browser, site.url, options)
    onTestFinished(() => context.close())
    return { page: await context.newPage(), faults }
  }

  it('has nothing serious or critical for axe, throws nothing, and asks nobody else', async () => {
    const { page, faults } = await openPage()
    for (const [name, path] of Object.entries(pages)) {
      const answer = await page.goto(path)
      expect(answer?.status(), name).toBe(name === 'no page' ? 404 : 200)
      expect(await seriousFindings(page), name).toEqual([])
    }
    expect(faults.seen).toEqual([])
  }, 600_000)

  it('loads little besides what it lists', async () => {
    for (const [name, path] of Object.entries(pages)) {
      const { page } = await openPage()
      await page.goto(path, { waitUntil: 'load' })
      const loaded = await page.evaluate<{ name: string; encodedBodySize: number }[]>(LOADED)
      expect(loaded.map(one => one.name).join(' '), name).toMatch(/style\.\w+\.css/)
      const bytes = loaded.reduce((sum, one) => sum + one.encodedBodySize, 0)
      expect(bytes, `${name}: ${JSON.stringify(loaded)}`).toBeGreaterThan(1000)
      expect(bytes, `${name}: ${JSON.stringify(loaded)}`).toBeLessThan(MOST_BYTES)
    }
  }, 300_000)

  it('has contrast enough in the dark', async () => {
    const { page, faults } = await openPage({ colorScheme: 'dark' })
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path)
      expect(await seriousFindings(page, COLOUR_RULES), name).toEqual([])
    }
    expect(faults.seen).toEqual([])
  }, 600_000)

  it('fits a phone, with everything unfolded', async () => {
    const { page, faults } = await openPage({ viewport: { width: 320, height: 640 }, isMobile: true })
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path)
      await page.evaluate(UNFOLD_ALL)
      for (const width of [320, 390]) {
        await page.setViewportSize({ width, height: 640 })
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${name} at ${width}`).toBe(width)
      }
    }
    expect(faults.seen).toEqual([])
  }, 300_000)

  it('says the same without script', async () => {
    const scripted = await openPage()
    const plain = await openPage({ javaScriptEnabled: false })
    // Live parts move on from one look to the next; what script adds are relative times, buttons, and parts of other pages
    const saidBy = `(() => {
      const main = document.querySelector('main').cloneNode(true)
      for (const live of main.querySelectorAll('[data-live]:not([data-live=""]), [data-part="log"]')) live.replaceChildren()
      for (const added of main.querySelectorAll('.ago, [data-by-script], [data-include] [data-included]')) added.remove()
      return main.textContent.replaceAll(/\\s+/g, '')
    })()`
    for (const [name, path] of Object.entries(pages)) {
      await Promise.all([scripted.page.goto(path), plain.page.goto(path)])
      expect((await plain.page.locator('main').textContent())?.length, name).toBeGreaterThan(20)
      expect(await plain.page.evaluate(saidBy), name).toBe(await scripted.page.evaluate(saidBy))
    }
    expect([...scripted.faults.seen, ...plain.faults.seen]).toEqual([])
  }, 300_000)

  it('leads from a few letters to the log without script', async () => {
    const { page, faults } = await openPage({ javaScriptEnabled: false })
    await page.goto('/')
    await page.getByRole('searchbox').fill('adt-m')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'adt-mixed', exact: true }).first().click()
    await page.locator('table.matrix td > a').first().click()
    await page.locator('table.runs td.links a').first().click()
    await page.waitForURL('**/log')
    const folded = page.locator('details.log-section:not([open])').first()
    const id = await folded.getAttribute('id')
    await folded.locator('summary').click()
    expect(await page.locator(`#${id}`).getAttribute('open')).not.toBeNull()
    await page.locator('.log-contents a').first().click()
    await page.waitForURL(/#[SL]\d+$/)

    await page.goto('/recent')
    await page.getByLabel('Result').selectOption('fail')
    await page.getByRole('button', { name: 'Show' }).click()
    expect(new Set(await page.locator('table.runs tbody a.v').allTextContents())).toEqual(new Set(['fail']))
    await page.goto('/running')
    await page.locator('.running-test summary').first().click()
    await page.locator('.running-test details a').first().click()
    expect(await page.locator('pre').first().isVisible()).toBe(true)
    expect(faults.seen).toEqual([])
  })
})
