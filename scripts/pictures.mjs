// Takes a picture of every page of a website, in light and dark and at phone width, to look at after a change:
//   node scripts/pictures.mjs [--url http://127.0.0.1:8080/] [--out pictures] [--only run,history] [--user alice] [PATH…]
// --user logs in (with the login `local`), for what only somebody who is logged in sees.
// --readme makes the few small ones that the README shows, in docs/pictures, from the made-up world.
// Without --url the service is started on its sample data in a folder of its own.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const VIEWS = [
  { name: 'light', width: 1280, height: 800, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 800, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
]
/** Long pages are cut: the rest looks like the part above. */
const TALLEST = 3000
/** Of a file, without its ending. */
const LONGEST_NAME = 200
/** What a new reader sees first: in light or dark, and no more than one screen. */
const LAPTOP = { viewport: { width: 1000, height: 640 }, colorScheme: 'light' }
const QUERN = '/packages/quern/forky/armhf'
/** Pages of the made-up world that show its stories. */
const README_PAGES = {
  home: { path: '/', ...LAPTOP },
  trigger: { path: '/triggers/libharbour/4.0.0-1', ...LAPTOP },
  run: { path: `${QUERN}/latest-fail`, ...LAPTOP },
  compare: { path: `${QUERN}/compare`, ...LAPTOP },
  log: { path: '/packages/lantern/forky/amd64/latest-fail/log', ...LAPTOP, colorScheme: 'dark', key: 'n' },
  charts: { path: '/statistics?range=week', ...LAPTOP },
  phone: { path: '/running', viewport: { width: 390, height: 640 }, colorScheme: 'light', isMobile: true },
}
const PORT = 18_979

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string' },
    out: { type: 'string', default: 'pictures' },
    only: { type: 'string' },
    readme: { type: 'boolean', default: false },
    user: { type: 'string' },
  },
})

async function startService() {
  const folder = await mkdtemp(join(tmpdir(), 'autopkgtest-web-pictures-'))
  const args = ['start', '--listen', `127.0.0.1:${PORT}`, '--data-dir', folder]
  const service = spawn(process.execPath, [join(root, 'bin', 'autopkgtest-web.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${PORT}/`
  for (let tries = 0; tries < 60; tries++) {
    const ready = await fetch(`${url}api/experimental/recent.json`).then(
      async answer => answer.ok && (await answer.json()).length > 0,
      () => false,
    )
    if (ready) break
    await sleep(500)
  }
  return {
    url,
    async stop() {
      service.kill('SIGTERM')
      await new Promise(resolve => service.once('exit', resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One address of each kind of page, found by following the links from the newest results. */
async function findPages(url) {
  const answer = await fetch(new URL('api/experimental/recent.json?limit=200', url))
  const runs = answer.ok ? await answer.json() : []
  const run = runs.find(one => one.code === 'fail') ?? runs[0]
  const pages = { home: '/', running: '/running', recent: '/recent', statistics: '/statistics' }
  pages.packages = '/packages'
  pages.flaky = '/flaky'
  pages.search = '/search?q=lib'
  pages.failures = '/failures'
  pages.regressions = '/regressions?max_age=36500'
  pages['search-nothing'] = '/search?q=qqqqqq'
  pages['not-found'] = '/no/such/page'
  pages['package-unknown'] = '/packages/no-such-package'
  pages['history-unknown'] = '/packages/no-such-package/noble/amd64'
  if (run === undefined) return pages
  const test = `/packages/${encodeURIComponent(run.package)}/${run.release}/${run.arch}`
  pages.package = `/packages/${encodeURIComponent(run.package)}`
  pages.history = test
  pages.run = `${test}/${run.run_id}`
  pages.log = `${pages.run}/log`
  pages.artifacts = `${pages.run}/artifacts`
  pages.testbed = `${pages.run}/testbed`
  pages.compare = `${test}/compare?to=${run.run_id}`
  const { failures } = await (await fetch(new URL('failures.json?order=tests', url))).json()
  if (failures[0] !== undefined) pages.failure = `/failures/${failures[0].address}`
  const trigger = run.triggers.split(' ').find(one => !one.startsWith('migration-reference/'))
  if (trigger) pages.trigger = `/triggers/${trigger.split('/').map(encodeURIComponent).join('/')}`
  if (trigger) pages['trigger-source'] = `/triggers/${encodeURIComponent(trigger.split('/')[0])}`
  const requester = runs.find(one => one.requester)?.requester
  if (requester) pages.user = `/user/${encodeURIComponent(requester)}/`
  return pages
}

/** The cookies of a session. */
async function logIn(url, user) {
  const answer = await fetch(new URL('login', url), {
    method: 'POST',
    headers: { origin: new URL(url).origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ next: '/', user })),
    redirect: 'manual',
  })
  const cookies = answer.headers.getSetCookie().map(one => /^([^=]+)=([^;]*)/.exec(one))
  if (answer.status !== 303 || cookies.length === 0) throw new Error(`${user} cannot log in at ${url}`)
  return cookies.map(([, name, value]) => ({ name, value, url }))
}

async function openBrowser() {
  const executablePath = BROWSERS.find(existsSync)
  if (executablePath === undefined) throw new Error(`no browser: none of ${BROWSERS.join(', ')} is there`)
  const args = ['--disable-background-networking', '--disable-component-update', '--no-first-run']
  if (process.getuid?.() === 0) args.push('--no-sandbox')
  return chromium.launch({ executablePath, args })
}

async function takeReadmePictures(url, out) {
  const browser = await openBrowser()
  try {
    for (const [name, { path, key, ...view }] of Object.entries(README_PAGES)) {
      const page = await browser.newPage(view)
      await page.goto(new URL(path, url).href, { waitUntil: 'load' })
      if (key !== undefined) await page.keyboard.press(key)
      await page.screenshot({ path: join(out, `${name}.png`) })
      await page.close()
    }
  } finally {
    await browser.close()
  }
}

async function takePictures(url, pages, out, user) {
  const cookies = user === undefined ? [] : await logIn(url, user)
  const browser = await openBrowser()
  try {
    for (const { name: view, width, height, colorScheme } of VIEWS) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme })
      await context.addCookies(cookies)
      for (const [name, path] of Object.entries(pages)) {
        const page = await context.newPage()
        page.on('console', message => {
          if (message.type() === 'error') process.stderr.write(`${name} (${view}): ${message.text()}\n`)
        })
        page.on('pageerror', error => process.stderr.write(`${name} (${view}): ${error.message}\n`))
        // Live pages never become idle
        await page.goto(new URL(path, url).href, { waitUntil: 'load' })
        const tall = await page.evaluate('document.documentElement.scrollHeight')
        const wide = await page.evaluate('document.documentElement.scrollWidth')
        if (wide > width) process.stderr.write(`${name} (${view}): ${wide - width} pixels too wide\n`)
        await page.screenshot({
          path: join(out, `${name}.${view}.png`),
          clip: { x: 0, y: 0, width, height: Math.min(Math.max(tall, height), TALLEST) },
          fullPage: true,
        })
        await page.close()
      }
      await context.close()
    }
  } finally {
    await browser.close()
  }
}

const service = values.url === undefined ? await startService() : { url: values.url, stop: async () => {} }
try {
  const out = values.readme ? join(root, 'docs/pictures') : values.out
  await mkdir(out, { recursive: true })
  const given = positionals.map(path => [path.replace(/[^\w.-]+/g, '_').slice(0, LONGEST_NAME), path])
  const found = given.length > 0 ? given : Object.entries(await findPages(service.url))
  const only = values.only?.split(',')
  const pages = Object.fromEntries(found.filter(([name]) => only === undefined || only.includes(name)))
  if (values.readme) await takeReadmePictures(service.url, out)
  else await takePictures(service.url, pages, out, values.user)
  process.stderr.write(`the pictures are in ${out}\n`)
} finally {
  await service.stop()
}
