import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser, seriousFindings, watchedContext } from './browser.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { type SampleSite, samplePages, startSampleSite } from './sample-site.ts'

const PHONE = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }
const WIDTH = 'document.documentElement.scrollWidth'

describeWith(['chromium'], 'somebody who asks why a test failed', () => {
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

  describe('searches a log', () => {
    const bar = (page: Page) => page.getByRole('group', { name: 'Found in the log' })
    const said = (page: Page, words: RegExp) => bar(page).getByText(words).waitFor()
    const field = (page: Page) => page.getByRole('searchbox', { name: 'Lines with' })

    it('from line to line by key, and a link shows what was seen', async () => {
      const page = await openPage()
      await page.goto(pages.log as string)
      expect(await bar(page).isVisible()).toBe(false)
      await field(page).fill('fail')
      await field(page).press('Enter')
      await said(page, /^1 of \d+ lines$/)
      const first = new URL(page.url())
      expect(first.search).toBe('?q=fail')
      expect(first.hash).toMatch(/^#L\d+$/)
      await field(page).press('Enter')
      await said(page, /^2 of /)
      await field(page).press('Shift+Enter')
      await said(page, /^1 of /)
      expect(page.url()).toBe(first.href)
      // Before the first one is the last
      await bar(page).getByRole('button', { name: 'Previous' }).click()
      await said(page, /^(\d+) of \1 lines$/)
      expect(await page.locator('.log pre > a.picked.sought').count()).toBe(1)
      expect(await page.locator('.log pre > a.picked').isVisible()).toBe(true)
      // The numbers stay where they are, so that the lines do
      const position = 'getComputedStyle(document.querySelector(".log .sought")).position'
      expect(await page.evaluate(position)).toBe('static')

      const other = await openPage({ colorScheme: 'dark' })
      await other.goto(page.url())
      await said(other, /^(\d+) of \1 lines$/)
      expect(await field(other).inputValue()).toBe('fail')
      expect(await seriousFindings(other)).toEqual([])
    })

    it('by case and by pattern, and hears what is wrong with one', async () => {
      const page = await openPage()
      await page.goto(pages.log as string)
      await field(page).fill('FAIL')
      await said(page, /lines$/)
      const all = Number.parseInt((await bar(page).locator('output').textContent()) as string, 10)
      await page.getByLabel('Case').check()
      await page.waitForURL('**/log?q=FAIL&case=1')
      await said(page, /^\d+ lines?$|^No line/)
      const some = await bar(page).locator('output').textContent()
      expect(Number.parseInt(some as string, 10) || 0).toBeLessThan(all)
      await page.getByLabel('Pattern').check()
      await field(page).fill('FAIL(')
      await said(page, /opening bracket/)
      await field(page).fill('FAIL[^a-z]*$|no such thing')
      await page.waitForURL('**&pattern=1')
      await said(page, /^No line|lines?$/)
      await field(page).fill('')
      await bar(page).waitFor({ state: 'hidden' })
      expect(new URL(page.url()).search).toBe('')
      expect(await page.locator('.log .sought').count()).toBe(0)
    })

    it.each([true, false])(
      'for its matching lines only, and from one of them back; script: %s',
      async javaScriptEnabled => {
        const page = await openPage({ javaScriptEnabled })
        await page.goto(pages.log as string)
        await field(page).fill('FAIL')
        await page.getByLabel('Case').check()
        await page.getByLabel('Context').selectOption('1')
        await page.getByRole('button', { name: 'Matching lines only' }).click()
        await page.waitForURL('**/log/search?q=FAIL&case=1&context=1')
        const found = page.locator('pre.novel mark')
        const count = await found.count()
        expect(await found.first().textContent()).toContain('FAIL')
        await page.locator('pre.novel a').first().click()
        await page.waitForURL(/\/log\?q=FAIL&case=1#L\d+$/)
        if (javaScriptEnabled) await said(page, new RegExp(`${count} lines?$`))
      },
    )

    it('on a phone', async () => {
      const page = await openPage(PHONE)
      await page.goto(`${pages.log}?q=fail`)
      await said(page, /^1 of /)
      expect(await page.evaluate(WIDTH)).toBe(320)
      await bar(page).getByRole('button', { name: 'Next' }).tap()
      await said(page, /^2 of /)
    })
  })

  it('compares with the last pass from the run', async () => {
    const page = await openPage()
    await page.goto(pages.run as string)
    await page
      .getByRole('link', { name: /ompare/ })
      .first()
      .click()
    await page.getByRole('heading', { name: /compared$/ }).waitFor()
    await page.getByRole('link', { name: 'Swap the two' }).click()
    await page.waitForURL(/from=.*to=/)
    expect(await seriousFindings(page)).toEqual([])
  })

  it.each(['light', 'dark'] as const)('sees the tests of all runs at a glance: %s', async colorScheme => {
    const page = await openPage({ colorScheme })
    await page.goto(pages.history as string)
    const grid = page.locator('.grid-of-subtests table').first()
    const row = grid.locator('tr[data-fails]').first()
    expect(await row.locator('.oddity').textContent()).toMatch(/fails/)
    // A region that scrolls can be reached by key, and so can each cell
    await page.getByRole('region', { name: 'Tests by runs' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/\d{8}_\d{6}_\w+@?[^/]*$/)
  })

  it('sees on a phone the tests that fail alone', async () => {
    const page = await openPage(PHONE)
    await page.goto(pages.history as string)
    const rows = page.locator('.grid-of-subtests > .scrolled').first().locator('tbody tr')
    const shown = await rows.evaluateAll(all =>
      all.filter(row => row.getClientRects().length > 0).map(row => row.hasAttribute('data-fails')),
    )
    expect(shown.length).toBeGreaterThan(0)
    expect(shown).not.toContain(false)
    expect(await page.evaluate(WIDTH)).toBe(320)
  })

  it.each([true, false])('finds who else failed so, by a word of it; script: %s', async javaScriptEnabled => {
    const page = await openPage({ javaScriptEnabled })
    await page.goto(pages.failure as string)
    const text = (await page.locator('.failure-text').textContent()) as string
    const word = /[A-Za-z]{4,}/.exec(text)?.[0] as string
    await page.goto('/failures')
    await page.locator('main').getByRole('searchbox').fill(word)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/failures?*q=${word}*`)
    expect(await page.locator('main table tbody tr').count()).toBeGreaterThan(0)
    await page.locator('td[data-head="Newest run"] a').first().click()
    await page.locator('.failures a[href*="/failures/"]').first().click()
    await page.waitForURL(/\/failures\/[0-9a-f]{16}/)
  })
})
