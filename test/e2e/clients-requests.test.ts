import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { splitRequestBody } from '../../src/domain/request/request-params.ts'
import { silentLog } from '../../src/log.ts'
import { describeWith } from '../servers/harness/index.ts'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { buildIfNeeded, endPrograms, runProgram, type SiteProgram, startSite } from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'

const run = promisify(execFile)

describeWith(['chromium', 'clients'], 'what clients do that request tests', () => {
  let folder: string
  let config: string
  let site: SiteProgram
  let broker: Broker
  let browser: OpenBrowser
  /** Netscape's format, as people export it from a browser. */
  let jar: string
  let asked = 0

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'clients-'))
    config = writeSiteConfig({
      folder,
      releases: ['noble'],
      store: { path: join(folder, 'store') },
      sections: JOE_UPLOADS,
    })
    ;[site, browser] = await Promise.all([startSite('serve', '--config', config), openBrowser()])
    broker = embeddedBroker({ file: join(folder, 'data/broker.db'), log: silentLog })
    jar = join(folder, 'cookies.txt')
    await run('curl', [
      '-sS',
      '-c',
      jar,
      '-H',
      `Origin: ${site.url}`,
      '-d',
      'next=/&user=joe',
      `${site.url}/login`,
    ])
    const line = readFileSync(jar, 'utf8').replace('#HttpOnly_', '')
    writeFileSync(jar, `${line}127.0.0.1\tFALSE\t/\tFALSE\t0\tSRVNAME\tweb-1\n`)
  })
  afterAll(async () => {
    await browser?.close()
    await broker?.close()
    await endPrograms()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    asked++
  })

  /** A test that was not requested before, as britney writes its address. */
  const address = () =>
    `${site.url}/request.cgi?release=noble&arch=amd64&package=hello&trigger=hello/${asked}`
  async function taken(): Promise<unknown[]> {
    const found: unknown[] = []
    for (;;) {
      const delivery = await broker.take('debci-noble-amd64')
      if (delivery === undefined) return found
      found.push(splitRequestBody(Buffer.from(delivery.body).toString())?.params)
    }
  }
  const one = () => [expect.objectContaining({ requester: 'joe', triggers: [`hello/${asked}`] })]

  it('curl --cookie FILE --head submits', async () => {
    const out = ['-o', '/dev/null', '--silent', '--head', '-w', '%{url_effective} : %{http_code}\n']
    const { stdout } = await run('curl', ['--cookie', jar, ...out, address()])
    expect(stdout).toBe(`${address()} : 200\n`)
    expect(await taken()).toEqual(one())
  })

  it('wget --load-cookies submits, and the words are found', async () => {
    const { stdout } = await run('wget', ['--quiet', '-O', '-', '--load-cookies', jar, address()])
    expect(stdout).toContain('Test request submitted')
    expect(await taken()).toEqual(one())
  })

  it('a key that was made on the command line submits, until it is revoked', async () => {
    const made = await runProgram('api-key', 'create', 'joe', '--json', '--config', config)
    const { key } = JSON.parse(made.stdout) as { key: string }
    const submit = () =>
      run('curl', [
        '-sS',
        '--cookie',
        `X-Api-Key=joe:${key}`,
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        address(),
      ])
    expect((await submit()).stdout).toBe('200')
    expect(await taken()).toEqual(one())
    const bearer = ['-sS', '-H', `Authorization: Bearer ${key}`, '-H', 'Accept: application/json']
    asked++
    const { stdout } = await run('curl', [...bearer, address()])
    const [{ uuid }] = (JSON.parse(stdout) as { requests: [{ uuid: string }] }).requests
    expect(await taken()).toEqual([expect.objectContaining({ uuid })])

    const listed = await runProgram('api-key', 'list', '--json', '--config', config)
    const [{ id }] = JSON.parse(listed.stdout) as [{ id: string }]
    await runProgram('api-key', 'revoke', id, '--config', config)
    asked++
    expect((await submit()).stdout).toBe('403')
    expect(await taken()).toEqual([])
  })

  it('a link on another page of the same site submits, one of a foreign site asks first', async () => {
    const excuses = await serve(
      () => `<a href="${address()}">retry</a><img src="${address()}&all-proposed=1">`,
    )
    const { port } = excuses.address() as AddressInfo
    const context = await browser.browser.newContext()
    try {
      const [, , , , , name = '', value = ''] = sessionLine(jar)
      await context.addCookies([{ name, value, url: site.url, httpOnly: true, sameSite: 'Lax' }])
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      // To a browser, ports make no other site, names do
      await page.goto(`http://127.0.0.1:${port}/`)
      await page.getByText('retry').click()
      await page.getByText('Test request submitted.').waitFor()
      expect(await taken(), 'of the link, not of the image').toEqual(one())

      asked++
      await page.goto(`http://localhost:${port}/`)
      await page.getByText('retry').click()
      await page.getByRole('heading', { name: 'Submit this request?' }).waitFor()
      expect(await taken()).toEqual([])
      await page.locator('main').getByRole('button', { name: 'Submit' }).click()
      await page.getByText('Test request submitted.').waitFor()
      expect(await taken()).toEqual(one())
    } finally {
      await context.close()
      excuses.close()
    }
  })
})

/** A page of somebody else's. */
function serve(html: () => string): Promise<Server> {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end(`<!doctype html>${html()}`),
  )
  return new Promise(resolve => server.listen(0, () => resolve(server)))
}

function sessionLine(jar: string): string[] {
  const line = readFileSync(jar, 'utf8')
    .split('\n')
    .find(one => one.includes('\tsession\t'))
  return line?.split('\t') ?? []
}
