import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventually } from '../eventually.ts'
import { describeWith } from '../servers/harness/index.ts'
import { type Faults, type OpenBrowser, openBrowser, watchedContext } from './browser.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { type SampleSite, startSampleSite } from './sample-site.ts'

const IS_IN_VIEW = `element => {
  const { top, bottom } = element.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}`

describeWith(['chromium'], 'a reader in a real browser', () => {
  let site: SampleSite
  let browser: OpenBrowser
  let context: BrowserContext
  let faults: Faults
  let page: Page
  beforeAll(async () => {
    buildIfNeeded()
    ;[site, browser] = await Promise.all([startSampleSite(), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    await endPrograms()
  })
  beforeEach(async () => {
    ;({ context, faults } = await watchedContext(browser, site.url))
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
  })
  afterEach(async () => {
    await context.close()
    expect(faults.seen).toEqual([])
  })

  const path = () => decodeURIComponent(page.url().slice(site.url.length))
  /** What a function, given as text, makes of an element: our own program has no DOM. */
  const ofElement = <T>(selector: string, made: string, on = page): Promise<T> =>
    on.evaluate(`(${made})(document.querySelector(${JSON.stringify(selector)}))`)
  const isInView = (selector: string, on = page) => ofElement<boolean>(selector, IS_IN_VIEW, on)
  const isSameDocument = (): Promise<boolean> => page.evaluate('window.isSameDocument === true')

  it('goes from a few letters to the line that failed', async () => {
    await page.goto('/')
    await page.keyboard.press('/')
    await page.keyboard.type('adt-mi')
    await page.getByRole('option', { name: 'adt-mixed' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/packages/adt-mixed')

    await page.locator('table.matrix td > a').first().click()
    await page.waitForURL('**/packages/adt-mixed/bookworm/amd64')
    await page.locator('table.runs tbody tr a.v.fail').first().click()
    await page.waitForURL('**@')
    expect(await page.locator('h1').textContent()).toContain('adt-mixed')
    expect(await page.locator('table.facts td.fail').textContent()).toBe('fail')
    await page.locator('nav.actions').getByRole('link', { name: 'Log', exact: true }).click()
    await page.waitForURL('**/log')

    const lines = await page.locator('.log [data-failure]').evaluateAll(marks => marks.map(mark => mark.id))
    expect(lines.length).toBeGreaterThan(1)
    const walked: string[] = []
    // Where no line says why, its section is gone to
    while (walked.length < 20 && walked.at(-1) !== lines.at(-1)) {
      await page.keyboard.press('n')
      const focused = page.locator('.log :focus')
      expect(await isInView('.log :focus')).toBe(true)
      expect(await focused.evaluate(line => line.closest('details')?.open)).toBe(true)
      walked.push(await focused.evaluate(line => line.id))
    }
    expect(walked.filter(id => id !== '')).toEqual(lines)
    expect(new URL(page.url()).hash).toBe(`#${lines.at(-1)}`)
    await page.keyboard.press('p')
    expect(await page.locator('.log :focus').evaluate(line => line.id)).toBe(walked.at(-2))
    expect(await page.locator('.failure-rail a').count()).toBe(lines.length)
  })

  it('finds a package whose name was mistyped', async () => {
    await page.goto('/')
    await page.getByRole('combobox').fill('gizp')
    const option = page.getByRole('option', { name: 'gzip' })
    await option.waitFor()
    await option.click()
    await page.waitForURL('**/packages/gzip')
  })

  it('copies the address of a line and of a range, and another reader sees the same', async () => {
    await page.goto('/packages/adt-mixed/bookworm/amd64')
    const log = (await page.locator('table.runs td.links a').first().getAttribute('href')) as string
    await page.goto(log)
    await page.locator('details.log-section[open] a[id^=L]').nth(2).click()
    await page.waitForURL(/#L\d+$/)
    const first = Number(/#L(\d+)$/.exec(page.url())?.[1])
    await page.locator(`#L${first + 3}`).click({ modifiers: ['Shift'] })
    await page.waitForURL(`**/log#L${first}-L${first + 3}`)
    await expect.poll(() => page.locator('a.picked').count()).toBe(4)

    const other = await context.newPage()
    await other.goto(page.url())
    expect(await other.locator('a.picked').first().getAttribute('id')).toBe(`L${first}`)
    await expect.poll(() => isInView(`#L${first}`, other)).toBe(true)
  })

  it('opens the section that an address leads into', async () => {
    await page.goto('/packages/adt-mixed/bookworm/amd64')
    const log = (await page.locator('table.runs td.links a').first().getAttribute('href')) as string
    await page.goto(log)
    const folded = page.locator('details.log-section:not([open])').first()
    const id = await folded.getAttribute('id')
    const line = (await folded.locator('a[id^=L]').first().getAttribute('id')) as string
    await page.goto(`${log}#${line}`)
    await page.reload()
    await expect.poll(() => page.locator(`#${id}`).getAttribute('open')).not.toBeNull()
    await expect.poll(() => page.locator(`#${line}`).getAttribute('class')).toBe('picked')
  })

  it('folds and unfolds all of a log with a key', async () => {
    await page.goto('/packages/adt-mixed/bookworm/amd64')
    await page.locator('table.runs td.links a').first().click()
    await page.waitForURL('**/log')
    const sections = await page.locator('details.log-section').count()
    expect(sections).toBeGreaterThan(3)
    await page.keyboard.press('f')
    expect(await page.locator('details.log-section[open]').count()).toBe(sections)
    await page.keyboard.press('f')
    expect(await page.locator('details.log-section[open]').count()).toBe(0)
  })

  it('keeps the filters of recent results in the address', async () => {
    await page.goto('/recent?limit=3')
    await page.getByLabel('Result').selectOption('pass')
    await page.getByLabel('Release').selectOption('bookworm')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL('**result=pass**')
    const verdicts = () => page.locator('table.runs tbody tr a.v').allTextContents()
    expect(await verdicts()).toEqual(['pass', 'pass', 'pass'])
    const before = await page.locator('table.runs').textContent()
    await page.getByRole('link', { name: /older/i }).first().click()
    await page.waitForURL('**offset=3**')
    expect(path()).toMatch(/release=bookworm/)
    expect(path()).toMatch(/result=pass/)
    expect(path()).toMatch(/limit=3/)
    expect(await verdicts()).toEqual(['pass', 'pass', 'pass'])
    expect(await page.getByLabel('Result').inputValue()).toBe('pass')
    expect(await page.locator('table.runs').textContent()).not.toBe(before)
    const shown = await page.locator('table.runs').textContent()
    const again = await context.newPage()
    await again.goto(page.url())
    expect(await again.locator('table.runs').textContent()).toBe(shown)
  })

  it('needs no mouse', async () => {
    await page.goto('/recent')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content')
    expect(await isInView('a.skip')).toBe(true)
    await page.keyboard.press('Enter')
    expect(await page.locator(':focus').getAttribute('id')).toBe('content')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const first = await page.locator('tr[data-row] a').first().getAttribute('href')
    expect(await page.locator(':focus').getAttribute('href')).toBe(first)
    const outline = await ofElement(':focus', 'link => getComputedStyle(link).outlineStyle')
    expect(outline).not.toBe('none')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${first}`)

    await page.keyboard.press('?')
    expect(await page.getByRole('dialog').textContent()).toContain('Search for a package')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  it('keeps the theme that was chosen', async () => {
    const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    await page.goto('/')
    const light = await background()
    await page.getByRole('button', { name: 'Change to the dark theme' }).click()
    const dark = await background()
    expect(dark).not.toBe(light)
    await page.goto('/recent')
    expect(await background()).toBe(dark)
  })

  it('sees running tests move on, keeps what was unfolded, and is told when the connection is lost', async () => {
    await page.goto('/running')
    await page.evaluate('window.isSameDocument = true')
    // The youngest will run on for a while; one that ends before it has moved makes room for another
    const test = await eventually(async () => {
      const key = await page.locator('.running-test').last().getAttribute('data-key')
      const chosen = page.locator(`.running-test[data-key="${key?.replaceAll('"', '\\"')}"]`)
      if ((await chosen.locator('details[open]').count()) === 0)
        await chosen.locator('summary').click({ timeout: 5_000 })
      const time = () => chosen.locator('.v.running').textContent({ timeout: 5_000 })
      const before = await time()
      await expect.poll(time, { timeout: 30_000 }).not.toBe(before)
      return chosen
    })
    expect(await test.locator('details').getAttribute('open')).not.toBeNull()
    expect(await isSameDocument()).toBe(true)

    await site.kill()
    const said = page.locator('.connection')
    await expect.poll(() => said.textContent(), { timeout: 30_000 }).toMatch(/^Connection lost/)
    await site.restart()
    await expect.poll(() => said.textContent(), { timeout: 60_000 }).toBe('')
    const asOf = () => page.locator('[data-live] time').first().getAttribute('datetime')
    const stood = await asOf()
    await expect.poll(asOf, { timeout: 30_000 }).not.toBe(stood)
    expect(await isSameDocument()).toBe(true)
    // That the connection broke is no fault of the page
    faults.forgive(/ERR_/)
  }, 180_000)

  it('leaves no connection open on pages where nothing moves', async () => {
    const streams: string[] = []
    page.on('request', request => {
      if (request.url().includes('/events')) streams.push(request.url())
    })
    for (const quiet of ['/recent', '/packages/linux', '/packages/linux/bookworm/amd64', '/statistics']) {
      await page.goto(quiet, { waitUntil: 'load' })
    }
    expect(streams).toEqual([])
  })
})
