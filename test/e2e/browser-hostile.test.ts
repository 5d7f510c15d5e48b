import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser, seriousFindings, UNFOLD_ALL, watchedContext } from './browser.ts'
import { PROBES, startHostileSite } from './hostile-site.ts'
import { buildIfNeeded, endPrograms, type SiteProgram } from './program.ts'

/** More than there are kinds of pages, and few enough to be looked at one by one. */
const MOST_PAGES = 120
/** Elements and attributes that no page of ours has, and links that leave it. */
const FOREIGN = `[...document.querySelectorAll('*')].flatMap(element => {
  const found = []
  if (['IMG', 'SVG', 'IFRAME', 'STYLE', 'OBJECT', 'EMBED', 'BASE', 'I'].includes(element.tagName.toUpperCase()) &&
      !element.matches('.log i, svg.chart')) found.push(element.outerHTML)
  if (element.tagName === 'SCRIPT' && !element.getAttribute('src')?.startsWith('/static/')) found.push(element.outerHTML)
  for (const { name, value } of element.attributes) {
    if (name.startsWith('on') || name === 'srcdoc') found.push(name + '=' + value)
    if (['href', 'src', 'action'].includes(name) && new URL(value, location).origin !== location.origin) found.push(name + '=' + value)
  }
  return found
})`
const LINKS = `[...document.querySelectorAll('a[href]')].map(link => link.href.split('#')[0])`

describeWith(['chromium'], 'names, triggers, logs and files full of markup', () => {
  let folder: string
  let site: SiteProgram
  let browser: OpenBrowser
  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'hostile-'))
    ;[site, browser] = await Promise.all([startHostileSite(folder), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await endPrograms()
    rmSync(folder, { recursive: true, force: true })
  })

  async function openPage() {
    const watched = await watchedContext(browser, site.url)
    onTestFinished(() => watched.context.close())
    await watched.context.exposeBinding('hacked', ({ frame }) => {
      ;(watched.faults.seen as string[]).push(`executed on ${frame.url()}`)
    })
    return { page: await watched.context.newPage(), faults: watched.faults }
  }

  const textOf = async (page: Page) => (await page.locator('main').textContent()) ?? ''

  it('are text on every page that links lead to, and nothing of them is done', async () => {
    const { page, faults } = await openPage()
    const run = await vi.waitFor(
      async () => {
        const answer = await fetch(`${site.url}/api/experimental/recent.json?limit=1000`)
        const runs = (await answer.json()) as { package: string; run_id: string }[]
        const found = runs.find(one => one.package === 'hostile')
        const html = await (await fetch(`${site.url}/packages/hostile/noble/amd64/${found?.run_id}`)).text()
        expect(html).toContain('t0&lt;i&gt;')
        const ppa = await (await fetch(`${site.url}/user/mallory/ppa/tools`)).text()
        expect(ppa).toContain('hacked()')
        expect(await (await fetch(`${site.url}/running`)).text()).toContain('hacked()')
        expect(await (await fetch(`${site.url}/queues.json`)).text()).toContain('hacked()')
        return found?.run_id
      },
      { timeout: 60_000, interval: 500 },
    )
    const runPath = `/packages/hostile/noble/amd64/${run}`
    const waiting = [
      ...[
        '/',
        '/running',
        '/queues/ubuntu/noble/amd64',
        '/recent',
        '/statistics',
        '/packages',
        '/packages?letter=other',
        '/search?q=%3Cscript%3E',
      ],
      ...['/packages/hostile', '/packages/hostile/noble/amd64', runPath, '/user/mallory/ppa/tools'],
      ...['/log', '/artifacts', '/testbed'].map(part => runPath + part),
    ].map(path => site.url + path)
    const visited = new Set<string>()
    const linked: string[] = []
    while (visited.size < MOST_PAGES) {
      const url = waiting.shift() ?? linked.shift()
      if (url === undefined) break
      const { pathname } = new URL(url)
      // Files are for download
      if (visited.has(url) || /^\/(?:results|static|queues\.json)|\/artifacts\/|request\.cgi/.test(pathname))
        continue
      visited.add(url)
      const answer = await page.goto(url)
      expect(answer?.status(), url).toBeLessThan(500)
      expect(await page.evaluate(FOREIGN), url).toEqual([])
      linked.push(
        ...((await page.evaluate(LINKS)) as string[]).filter(link => link.startsWith(`${site.url}/`)),
      )
    }
    expect(visited.size).toBeGreaterThan(60)
    expect(faults.seen).toEqual([])
  }, 240_000)

  it('fit a phone, and axe finds nothing serious', async () => {
    const { page, faults } = await openPage()
    await page.goto('/packages/hostile/noble/amd64')
    const run = (await page.locator('table.runs tbody td a.v.fail').first().getAttribute('href')) as string
    const paths = ['/', '/running', '/queues/ubuntu/noble/amd64', '/recent', '/user/mallory/ppa/tools']
    paths.push('/packages/hostile', '/packages/hostile/noble/amd64', run, `${run}/log`, `${run}/artifacts`)
    for (const path of [...paths, `${run}/testbed`, `/packages/${encodeURIComponent(PROBES[1])}`]) {
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.goto(path)
      expect(await seriousFindings(page), path).toEqual([])
      await page.setViewportSize({ width: 320, height: 640 })
      await page.evaluate(UNFOLD_ALL)
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(320)
    }
    expect(faults.seen).toEqual([])
  }, 120_000)

  it('can be read where they stand', async () => {
    const { page } = await openPage()
    await page.goto('/recent?limit=1000')
    const recent = await textOf(page)
    for (const probe of PROBES.slice(0, 4)) expect(recent).toContain(probe)
    await page.goto('/')
    expect(await page.locator('.alert').allTextContents()).toEqual(PROBES.slice(0, 3))
    const log = page.locator('.log')
    await page.goto('/packages/hostile/noble/amd64')
    await page.locator('table.runs td.links a').first().click()
    await page.waitForURL('**/log')
    const text = (await log.textContent()) ?? ''
    for (const probe of PROBES.slice(0, 4)) expect(text).toContain(probe)
    for (const unseen of ['\u001b', '\u202e', '\u2066']) expect(text).not.toContain(unseen)
    await page.goto('/running')
    expect(await textOf(page)).not.toContain('secret-token')
  })

  it('do not run as files either, wherever they are opened', async () => {
    const { page, faults } = await openPage()
    await page.goto('/packages/hostile/noble/amd64')
    const run = (await page.locator('table.runs tbody td a.v.fail').last().getAttribute('href')) as string
    const name = run.split('/').at(-1)
    const files = `/results/autopkgtest-noble/noble/amd64/h/hostile/${name}`
    for (const path of [
      `${run}/artifacts/page.html`,
      `${run}/artifacts/picture.svg`,
      `${files}/page.html`,
      `${files}/picture.svg`,
      `${files}/log.gz`,
    ]) {
      await page.goto(path).catch(error => expect(String(error), path).toContain('Download is starting'))
      expect(await page.title(), path).not.toBe('hacked')
      const answer = await fetch(site.url + path)
      expect(answer.headers.get('content-type'), path).toMatch(/^(?:text\/plain|application\/octet-stream)/)
      expect(answer.headers.get('content-security-policy'), path).toContain('sandbox')
      await answer.body?.cancel()
    }
    const outside = await fetch(`${site.url}${run}/artifacts/..%2F..%2Foutside.html`)
    expect(outside.status).toBe(404)
    expect(faults.seen).toEqual([])
  })
})
