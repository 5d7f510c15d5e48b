import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser, seriousFindings, watchedContext } from './browser.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { type SampleSite, startSampleSite } from './sample-site.ts'

const ERRORS =
  '/request?preview=1&package=A&trigger=x&trigger=a/b/c&ppa=me&release=warty&arch=vax&all-proposed=1'
const HOSTILE = `/request?preview=1&${new URLSearchParams({
  package: `"'><script>alert(1)</script>${'w'.repeat(200)}`,
  trigger: `<img src=x onerror=alert(1)>${'y'.repeat(300)}`,
  release: 'r'.repeat(120),
  arch: 'a'.repeat(120),
  ppa: 'p'.repeat(120),
  'readable-by': 'q'.repeat(120),
})}`
const MANY = `/request?preview=1&package=adt-mixed&release=bookworm&arch=amd64&${Array.from(
  { length: 20 },
  (_, index) => `trigger=gcc-${index}-cross-${'x'.repeat(60)}/1.${index}:2~long.version-3`,
).join('&')}`

describeWith(['chromium'], 'somebody who requests tests in a real browser', () => {
  let site: SampleSite
  let browser: OpenBrowser
  beforeAll(async () => {
    buildIfNeeded()
    ;[site, browser] = await Promise.all([
      startSampleSite({ AUTOPKGTEST_WEB_ARCHES: 'amd64 arm64' }),
      openBrowser(),
    ])
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
      // A stranger's selection is answered with 403 and a login form
      faults.forgive(/status of 403/)
      expect(faults.seen).toEqual([])
    })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    return page
  }

  async function logIn(page: Page): Promise<void> {
    await page.locator('main').getByRole('button', { name: 'Log in', exact: true }).click()
    await page.getByRole('button', { name: 'alice', exact: true }).click()
    await page.waitForURL(url => url.pathname !== '/login')
  }
  /** Of several some can be requested: not those that the sample site happens to run at the moment. */
  async function confirmRetries(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^Request \d+ tests?$/ }).click()
    await page.getByRole('heading', { name: /^\d+ tests? requested/ }).waitFor()
    await page.getByRole('link', { name: 'follow it' }).first().click()
    await page.waitForURL('**/requests/*')
  }
  const account = (page: Page) => page.locator('header.site .account')

  it('logs in, fills in the form by keyboard, looks, requests, sees it, and logs out', async () => {
    const page = await openPage()
    await page.goto('/request')
    await logIn(page)
    await page.waitForURL('**/request')
    expect(await account(page).textContent()).toBe('alice Log out')

    await page.getByLabel('Source package').focus()
    await page.keyboard.type('adt-mi')
    await page.getByRole('option', { name: 'adt-mixed' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await page.getByLabel('Source package').inputValue()).toBe('adt-mixed')
    await page.keyboard.press('Tab')
    await page.keyboard.type('nonsense')
    await page.keyboard.press('Tab')
    const problem = page.locator('#trigger-1-problem')
    expect(await problem.textContent()).toContain('Malformed trigger')
    await page.getByLabel('trigger 1', { exact: true }).fill('adt-mixed/2.0')
    expect(await problem.textContent()).toBe('')
    await page.getByRole('button', { name: 'Add a trigger' }).press('Enter')
    await page.keyboard.type('glibc/2.36')
    await page.getByLabel('Release').focus()
    await page.keyboard.type('bookworm')
    await page.getByRole('button', { name: 'Request' }).press('Enter')
    expect(await page.locator('#arch-problem').textContent()).toBe('On which architecture?')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Preview' }).press('Enter')
    await page.waitForURL('**/request?*preview=1*')

    expect(await page.locator('.may').textContent()).toBe(
      'You are allowed to request this: you can upload adt-mixed.',
    )
    expect(await page.locator('.previewed tbody th').allTextContents()).toEqual(['amd64', 'arm64'])
    await page.getByRole('button', { name: 'Request' }).press('Enter')
    await page.waitForURL('**/request.cgi?*')
    expect(await page.locator('main').textContent()).toContain('Test request submitted.')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('link', { name: 'Follow it on arm64' }).click()
    await page.waitForURL('**/requests/*')

    await page.goto('/user/alice/')
    expect(await account(page).textContent()).toBe('alice Log out')
    expect(await page.locator('main').textContent()).toContain('adt-mixed')
    await account(page).getByRole('link', { name: 'Log out' }).click()
    await page.goto('/')
    expect(await account(page).textContent()).toBe('Log in')
  })

  it('grows and shrinks lists, pastes several triggers, and is told that a preview is old', async () => {
    const page = await openPage()
    await page.goto('/request?preview=1&package=hello&trigger=a1/1&release=bookworm&arch=amd64')
    const first = page.getByLabel('trigger 1', { exact: true })
    await first.evaluate(`(input => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', 'b2/2 c3/3\\nd4')
      input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })(document.querySelector('#trigger-1'))`)
    const values = () =>
      page.evaluate(`[...document.querySelectorAll('[name=trigger]')].map(input => input.value)`)
    expect(await values()).toEqual(['b2/2', 'c3/3', 'd4'])
    expect(await page.locator('#trigger-3-problem').textContent()).toContain('Malformed')
    expect(await page.locator('#preview').textContent()).toContain('The form has changed since.')
    await page.getByRole('button', { name: 'Remove trigger 2' }).click()
    expect(await values()).toEqual(['b2/2', 'd4'])
    expect(await page.locator('#trigger-2-problem').textContent()).toContain('Malformed')
  })

  it('retries a selection, once it is confirmed', async () => {
    const page = await openPage()
    await page.goto('/recent?result=fail')
    const boxes = page.locator('table.runs input[type=checkbox]')
    const button = page.getByRole('button', { name: 'Retry selected' })
    expect(await button.isDisabled()).toBe(true)
    await boxes.nth(0).focus()
    await page.keyboard.press('Space')
    for (const index of [2, 4, 6, 8]) await boxes.nth(index).check()
    expect(await page.locator('form.selection [role=status]').textContent()).toBe('5 selected')
    await button.press('Enter')
    await logIn(page)
    await page.waitForURL('**/retries?*')
    expect(await page.locator('h1').textContent()).toBe('Retry 5 runs?')
    expect(await seriousFindings(page)).toEqual([])
    await confirmRetries(page)
  })

  it('needs no script for any of it', async () => {
    const page = await openPage({ javaScriptEnabled: false })
    await page.goto('/request')
    await logIn(page)
    await page.getByRole('button', { name: 'More empty fields' }).click()
    expect(await page.locator('[name=trigger]').count()).toBe(7)
    await page.getByLabel('Source package').fill('adt-history')
    await page.getByLabel('trigger 1', { exact: true }).fill('adt-history/7')
    await page.getByLabel('trigger 3', { exact: true }).fill('glibc/2.36')
    await page.getByLabel('Release').selectOption('bookworm')
    await page.getByLabel('amd64').check()
    await page.keyboard.press('Enter')
    expect(await page.locator('.may').textContent()).toContain('You are allowed to request this')
    await page.getByRole('button', { name: 'Request' }).click()
    expect(await page.locator('main').textContent()).toContain('Test request submitted.')

    await page.goto('/recent?result=fail')
    for (const index of [1, 3, 5, 7, 9]) {
      await page.locator('table.runs input[type=checkbox]').nth(index).check()
    }
    await page.getByRole('button', { name: 'Retry selected' }).click()
    await confirmRetries(page)
  })

  describe('the form', () => {
    it.each([
      ['with faults', ERRORS],
      ['with hostile values', HOSTILE],
      ['with many values', MANY],
    ])('%s is accessible in light and dark, and fits a phone', async (_, path) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await openPage({ colorScheme })
        await page.goto(path)
        expect(await seriousFindings(page)).toEqual([])
        for (const width of [320, 390, 800, 1280]) {
          await page.setViewportSize({ width, height: 800 })
          expect(await page.evaluate('document.documentElement.scrollWidth'), `at ${width}`).toBe(width)
        }
      }
    })
  })
})
