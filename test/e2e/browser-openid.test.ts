import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { splitRequestBody } from '../../src/domain/request/request-params.ts'
import { silentLog } from '../../src/log.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { describeWith, freshVhost, startOpenidProvider } from '../servers/harness/index.ts'
import { reservePorts } from '../servers/harness/ports.ts'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { buildIfNeeded, endPrograms, runProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'

const ARCHES = ['amd64', 'arm64', 's390x']
const ASKED = '/request.cgi?release=noble&package=hello&trigger=hello/2.10-3&arch=amd64&arch=arm64&arch=s390x'
const FAILED = aRun().of('hello').on('noble', 'amd64').triggeredBy('glibc/2.39-0ubuntu8').failing()

describeWith(['chromium', 'openid', 'rabbitmq'], 'somebody who logs in at a real OpenID provider', () => {
  let folder: string
  let provider: Awaited<ReturnType<typeof startOpenidProvider>>
  let broker: Broker
  let base: string
  let browser: OpenBrowser
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'journey-'))
    const store = join(folder, 'store')
    mkdirSync(store)
    await storeRun(filesystemStore({ root: store }), FAILED)
    const rabbitmq = await freshVhost()
    broker = rabbitmqBroker({ uri: rabbitmq.url, log: silentLog })
    // As workers do
    await broker.declareQueues(ARCHES.map(arch => `debci-noble-${arch}`))
    provider = await startOpenidProvider()
    const port = await reservePorts()
    base = `http://localhost:${port}`
    const config = writeSiteConfig({
      folder,
      releases: ['noble'],
      arches: ARCHES,
      broker: rabbitmq,
      store: { path: store },
      // To a browser another site than the provider's address
      web: { listen: `127.0.0.1:${port}`, base_url: base },
      sections: {
        login: { provider: 'openid', openid_url: provider.url },
        launchpad: { provider: 'static', static_uploaders: 'alice' },
      },
    })
    const filled = await runProgram('download-all-results', '--config', config)
    expect(filled.status, filled.stderr).toBe(0)
    ;[browser] = await Promise.all([openBrowser(), startSite('serve', '--config', config)])
  })
  afterAll(async () => {
    await browser?.close()
    await endPrograms()
    await provider?.stop()
    await broker?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    context = await browser.browser.newContext({ baseURL: base })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    return () => context.close()
  })

  async function taken(arch: string): Promise<ReturnType<typeof splitRequestBody>[]> {
    const bodies: ReturnType<typeof splitRequestBody>[] = []
    for (;;) {
      const delivery = await broker.take(`debci-noble-${arch}`)
      if (delivery === undefined) return bodies
      bodies.push(splitRequestBody(Buffer.from(delivery.body).toString()))
    }
  }
  const body = (...triggers: string[]) => ({
    package: 'hello',
    params: {
      requester: 'alice',
      'submit-time': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0000$/),
      triggers,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  })
  const logIn = () => page.locator('main').getByRole('button', { name: 'Log in with Ubuntu SSO' }).click()
  const submitted = () => page.getByText('Test request submitted.').waitFor()
  /** After the provider's page the browser says that it comes from another site: that is asked about once. */
  const confirm = () => page.locator('main').getByRole('button', { name: 'Submit' }).click()

  it('requests a test on three architectures, retries a failure, and logs out', async () => {
    await page.goto(ASKED)
    await logIn()
    await confirm()
    await submitted()
    for (const arch of ARCHES) expect(await taken(arch), arch).toEqual([body('hello/2.10-3')])

    await page.goto('/packages/hello/noble/amd64')
    await page.locator('main a[href^="/request.cgi"]').first().click()
    await submitted()
    expect(await taken('amd64')).toEqual([body('glibc/2.39-0ubuntu8')])

    await page.goto('/packages/hello/noble/amd64')
    await page.goto('/logout')
    await page.goto(ASKED)
    await page.locator('main').getByRole('button', { name: 'Log in with Ubuntu SSO' }).waitFor()
    expect(await taken('amd64')).toEqual([])
  })

  it('comes back with an answer that is too long for an address', async () => {
    const triggers = Array.from(
      { length: 60 },
      (_, n) => `trigger=source-package-with-a-long-name-${n}/1.0-1`,
    )
    await page.goto(`/request.cgi?release=noble&package=hello&arch=arm64&${triggers.join('&')}`)
    await logIn()
    await confirm()
    await submitted()
    expect((await taken('arm64'))[0]?.params.triggers).toHaveLength(60)
  })

  it('is somebody who may not, and reads why', async () => {
    await provider.logInAs('bob')
    await page.goto(ASKED)
    await logIn()
    await confirm()
    await page.getByText('You are not allowed to upload hello').waitFor()
    expect(await page.getByRole('link', { name: 'Logout bob' }).count()).toBe(1)
    expect(await taken('amd64')).toEqual([])
  })
})
