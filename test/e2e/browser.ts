import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

export interface OpenBrowser {
  readonly browser: Browser
  close(): Promise<void>
}

/** Debian's chromium, which cannot call anybody but this machine. */
export async function openBrowser(): Promise<OpenBrowser> {
  // Chromium and fontconfig leave caches at home
  const home = mkdtempSync(join(tmpdir(), 'chromium-'))
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    chromiumSandbox: false, // root has none
    env: { PATH: process.env.PATH ?? '', HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  })
  return {
    browser,
    async close() {
      await browser.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Whatever a page should not do. */
export interface Faults {
  /** What has been seen so far, one sentence each. */
  readonly seen: readonly string[]
  /** Takes out what a test has caused itself. */
  forgive(pattern: RegExp): void
}

/** A context whose pages are watched: errors, broken rules of content security, questions to other hosts, dialogs. */
export async function watchedContext(
  { browser }: Pick<OpenBrowser, 'browser'>,
  site: string,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; faults: Faults }> {
  const context = await browser.newContext({
    baseURL: site,
    viewport: { width: 1280, height: 800 },
    ...options,
  })
  const seen: string[] = []
  context.on('page', page => watchPage(page, site, seen))
  if (options.javaScriptEnabled !== false) {
    await context.exposeBinding('reportViolation', (_, text: string) => void seen.push(`policy: ${text}`))
    await context.addInitScript({ content: REPORT_VIOLATIONS })
  }
  const forgive = (pattern: RegExp) =>
    void seen.splice(0, seen.length, ...seen.filter(one => !pattern.test(one)))
  return { context, faults: { seen, forgive } }
}

const REPORT_VIOLATIONS = `addEventListener('securitypolicyviolation', event =>
  reportViolation(event.violatedDirective + ' ' + event.blockedURI + ' on ' + location.pathname), true)`

function watchPage(page: Page, site: string, seen: string[]): void {
  const where = () => new URL(page.url()).pathname
  page.on('console', message => {
    // The page itself is looked at elsewhere: an address without a page is no error of a script
    if (message.type() === 'error' && !/status of 404/.test(message.text()))
      seen.push(`console: ${message.text()}`)
  })
  page.on('pageerror', error => seen.push(`script: ${error.message} on ${where()}`))
  page.on('dialog', dialog => {
    seen.push(`dialog: ${dialog.message()}`)
    dialog.dismiss().catch(() => {})
  })
  page.on('request', request => {
    if (!request.url().startsWith(`${site}/`)) seen.push(`request: ${request.url()} from ${where()}`)
  })
}

/** For `evaluate`. */
export const UNFOLD_ALL = `for (const folded of document.querySelectorAll('details')) folded.open = true`

/** Sentences about what axe finds serious or critical on a page, everything on it unfolded. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(UNFOLD_ALL)
  const axe = new AxeBuilder({ page })
  if (rules !== undefined) axe.withRules([...rules])
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html.slice(0, 200)).join(' | ')}`)
}
