import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser, UNFOLD_ALL, watchedContext } from './browser.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { type SampleSite, samplePages, startSampleSite } from './sample-site.ts'

/** Pages that are lists, whatever rows they have. */
const LISTS = ['recent', 'running', 'package', 'history', 'packages', 'statistics']
/** Of the element that has the focus: what row it stands in, by its place, and whether one sees it. */
const FOCUSED = `(() => {
  const link = document.activeElement
  const row = link.closest('[data-row], tbody > tr')
  return {
    href: link.getAttribute('href'),
    row: row === null ? -1 : [...document.querySelectorAll('[data-row], tbody > tr')].indexOf(row),
    outline: getComputedStyle(link).outlineStyle,
  }
})()`
interface Focused {
  readonly href: string | null
  readonly row: number
  readonly outline: string
}

describeWith(['chromium'], 'who has a keyboard alone', () => {
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
    return context.newPage()
  }

  it('goes through the rows of every list, sees where it is, follows one, searches and is told how', async () => {
    const page = await openPage()
    const focused = () => page.evaluate<Focused>(FOCUSED)
    for (const name of LISTS) {
      await page.goto(pages[name] as string)
      await page.keyboard.press('j')
      const first = await focused()
      expect(first.row, name).toBeGreaterThanOrEqual(0)
      expect(first.outline, name).not.toBe('none')
      await page.keyboard.press('j')
      expect((await focused()).row, name).toBeGreaterThan(first.row)
      await page.keyboard.press('k')
      expect((await focused()).href, name).toBe(first.href)
      await page.keyboard.press('?')
      expect(await page.getByRole('dialog').textContent(), name).toContain('Next row')
      await page.keyboard.press('Escape')
      await page.keyboard.press('/')
      expect(await page.locator(':focus').getAttribute('name'), name).toBe('q')
    }
    await page.goto(pages.recent as string)
    await page.keyboard.press('j')
    const { href } = await focused()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${href}`)
  }, 300_000)

  it('hears the exact values of a chart, which a pointer is told too', async () => {
    const page = await openPage()
    await page.goto('/statistics')
    const chart = page.locator('svg.chart').first()
    const said = page.locator('svg.chart + .chart-value').first()
    const titles = await chart.locator('title').allTextContents()
    expect(titles.length).toBeGreaterThan(1)
    await chart.focus()
    await page.keyboard.press('Home')
    expect(await said.textContent()).toBe(titles[0]?.replaceAll('\n', ' · '))
    await page.keyboard.press('ArrowRight')
    expect(await said.textContent()).toBe(titles[1]?.replaceAll('\n', ' · '))
    await page.keyboard.press('End')
    expect(await said.textContent()).toBe(titles.at(-1)?.replaceAll('\n', ' · '))
    await page.keyboard.press('Tab')
    expect(await said.textContent()).toBe('')
    await chart.locator('rect').nth(2).hover()
    expect(await said.textContent()).toBe(titles[2]?.replaceAll('\n', ' · '))
  }, 120_000)

  it('unfolds the filters on a phone, where the answer stands first, with and without script', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await openPage({
        viewport: { width: 390, height: 800 },
        isMobile: true,
        javaScriptEnabled,
      })
      await page.goto('/running')
      const filter = page.locator('form.filters')
      expect(await filter.isVisible()).toBe(false)
      await page.locator('.filter-fold summary').click()
      expect(await filter.isVisible()).toBe(true)
    }
    const wide = await openPage()
    await wide.goto('/running')
    expect(await wide.locator('form.filters').isVisible()).toBe(true)
    expect(await wide.locator('.filter-fold').isVisible()).toBe(false)
  }, 120_000)

  it('needs not scroll to the side at 200 % of a laptop, and sees nothing move where that is not wanted', async () => {
    // Twice as large is as if the window had half the width
    const page = await openPage({ viewport: { width: 640, height: 400 }, reducedMotion: 'reduce' })
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path)
      await page.evaluate(UNFOLD_ALL)
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(640)
      const moves = await page.evaluate<number>(
        `[...document.querySelectorAll('*')].filter(element => {
          const { animationName, transitionDuration } = getComputedStyle(element)
          return animationName !== 'none' || transitionDuration.split(', ').some(one => parseFloat(one) > 0)
        }).length`,
      )
      expect(moves, name).toBe(0)
    }
  }, 300_000)
})
