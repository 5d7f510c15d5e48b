import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser, seriousFindings, UNFOLD_ALL, watchedContext } from './browser.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { type SampleSite, startSampleSite } from './sample-site.ts'

describeWith(['chromium'], 'somebody who leaves a note in a real browser', () => {
  let site: SampleSite
  let browser: OpenBrowser
  beforeAll(async () => {
    buildIfNeeded()
    ;[site, browser] = await Promise.all([startSampleSite(), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    await endPrograms()
  })

  async function openPage(options: Parameters<typeof watchedContext>[2] = {}) {
    const { context, faults } = await watchedContext(browser, site.url, options)
    onTestFinished(async () => {
      await context.close()
      // Who is not logged in is answered with 403 and a login form
      faults.forgive(/status of 403/)
      expect(faults.seen).toEqual([])
    })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    return page
  }

  it.each([true, false])('logs in on the way, edits and deletes it; script: %s', async javaScriptEnabled => {
    const page = await openPage({ javaScriptEnabled })
    const main = page.locator('main')
    await page.goto('/failures')
    await page.locator('td[data-head="Newest run"] a').first().click()
    await page.getByText('Leave a note', { exact: true }).click()
    await page.getByLabel('Note', { exact: true }).fill('Known: LP: #2051234')
    await page.getByRole('button', { name: 'Leave this note' }).click()
    await main.getByRole('button', { name: 'Log in', exact: true }).click()
    await page.getByRole('button', { name: 'alice', exact: true }).click()
    await page.getByRole('button', { name: 'Leave this note' }).click()

    const note = page.locator('.failures .note').first()
    await note.waitFor()
    expect(await note.locator('a').first().getAttribute('href')).toBe(
      'https://bugs.launchpad.net/bugs/2051234',
    )
    // Who is not logged in reads it, and is asked who he is before he may do more
    const stranger = await openPage({ javaScriptEnabled })
    await stranger.goto(page.url())
    await stranger.locator('.failures .note').first().getByRole('link', { name: 'Edit' }).click()
    await stranger.locator('main').getByRole('button', { name: 'Log in', exact: true }).waitFor()
    expect(await stranger.getByLabel('Note', { exact: true }).count()).toBe(0)
    await note.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('Note', { exact: true }).fill('Known: Closes: #99')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('heading', { name: 'History' }).waitFor()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('button', { name: 'Delete this note' }).click()
    await main.getByText('There are no such notes').waitFor()
  })

  it.each(['light', 'dark'] as const)(
    'finds nothing serious for axe, and fits a phone: %s',
    async colorScheme => {
      const page = await openPage({ colorScheme, viewport: { width: 320, height: 640 }, isMobile: true })
      await page.goto('/failures')
      await page.locator('td[data-head="Newest run"] a').first().click()
      const run = new URL(page.url()).pathname
      await page.goto('/request')
      await page.locator('main').getByRole('button', { name: 'Log in', exact: true }).click()
      await page.getByRole('button', { name: 'alice', exact: true }).click()
      await page.waitForURL(url => url.pathname !== '/login')
      await page.goto(run)
      await page.getByText('Leave a note', { exact: true }).click()
      await page
        .getByLabel('Note', { exact: true })
        .fill(`${'w'.repeat(300)}\nhttps://example.org/${'x'.repeat(300)}`)
      await page.getByRole('button', { name: 'Leave this note' }).click()
      const address = await page
        .locator('.failures .note a', { hasText: 'This note' })
        .first()
        .getAttribute('href')
      for (const path of [run, '/notes', `${address}`, `${address}/edit`, '/failures', `${run}/log`]) {
        await page.goto(path)
        await page.evaluate(UNFOLD_ALL)
        expect(await seriousFindings(page), path).toEqual([])
        const width = await page.evaluate<number>('document.documentElement.scrollWidth')
        expect(width, path).toBeLessThanOrEqual(320)
      }
      await page.goto(`${address}/edit`)
      await page.getByRole('button', { name: 'Delete this note' }).click()
    },
  )
})
