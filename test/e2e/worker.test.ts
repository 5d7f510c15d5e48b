import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeWhereAllowed, describeWith } from '../servers/harness/index.ts'
import { openBrowser } from './browser.ts'
import { buildIfNeeded, endPrograms, type Program, startProgram } from './program.ts'
import { ARCH, aService, recent, textOf, until } from './service.ts'
import { makeTestbed, noTestbed, type SourceServer, serveSource, type Testbed } from './testbed.ts'

const GOOD = 'echo fine; echo "$ADT_TEST_TRIGGERS"'
const BAD = 'echo "not fine"; exit 3'

beforeAll(() => buildIfNeeded())
afterAll(() => endPrograms())

const worker = (...args: string[]): Program => startProgram('worker', ...args)

describeWith(['rabbitmq', 'swift', 'autopkgtest'], 'a worker on this host itself', () => {
  let source: SourceServer
  beforeAll(async () => {
    source = await serveSource({ good: `${GOOD}; sleep 14`, bad: BAD })
  })
  afterAll(() => source.close())

  it('refuses to run tests there until its warning was read', async () => {
    const { file } = await aService('bookworm')
    const { status, stderr } = await worker('--virt', 'null', '--config', file).ended
    expect(status).toBe(1)
    expect(stderr).toContain('tests run on this host itself')
    expect(stderr).toContain('--allow-null')
  })

  it('takes a request from the queue to the pages, and shows how it is doing meanwhile', async () => {
    const { site, file, ask } = await aService('bookworm')
    const running = worker('--virt', 'null', '--allow-null', '--config', file)
    const params = { requester: 'joe', 'test-git': source.url, triggers: ['adt-local/1.0', 'glibc/2.36'] }
    await ask('adt-local', { ...params, 'submit-time': '2026-11-22 10:11:12+0000' })
    await until(async () => {
      const live = JSON.parse(await textOf(`${site.url}/static/running.json`))
      expect(JSON.stringify(live)).toContain('adt-local/1.0 glibc/2.36')
      expect(JSON.stringify(live)).toContain('test good: [-----')
    })
    expect(await textOf(`${site.url}/running`)).toContain('pkg-adt-local')
    await until(async () => expect(await recent(site)).toHaveLength(1))
    const [row] = await recent(site)
    expect(row).toMatchObject({
      package: 'adt-local',
      code: 'fail',
      requester: 'joe',
      version: '1.0',
      triggers: 'adt-local/1.0 glibc/2.36',
    })
    const path = `${site.url}/packages/adt-local/bookworm/${ARCH}`
    expect(await textOf(path)).toContain(row?.run_id)
    await until(async () => expect(await textOf(`${path}/${row?.run_id}`)).toMatch(/>bad<[\s\S]+>good</))
    expect(await textOf(`${path}/${row?.run_id}/log`)).toContain('not fine')
    await until(async () =>
      expect(await textOf(`${site.url}/static/running.json`)).not.toContain('adt-local'),
    )
    expect((await running.end()).status).toBe(0)
  }, 300_000)

  it('finishes what runs at SIGTERM, and goes on after SIGHUP', async () => {
    const { site, file, folder, ask } = await aService('bookworm')
    const running = worker('--virt', 'null', '--allow-null', '--config', file)
    const begins = () => running.said().split('a test has started').length - 1
    await ask('first', { 'test-git': source.url, triggers: ['a/1'] })
    await until(() => expect(begins()).toBe(1))
    process.kill(running.pid, 'SIGHUP')
    await ask('second', { 'test-git': source.url, triggers: ['a/1'] })
    await until(() => expect(begins()).toBe(2))
    expect(running.said().match(/the worker is taking requests/g)).toHaveLength(2)
    await ask('third', { 'test-git': source.url, triggers: ['a/1'] })
    expect((await running.end('SIGTERM')).status).toBe(0)
    await until(async () => expect((await recent(site)).map(row => row.package)).toEqual(['second', 'first']))
    expect(readdirSync(join(folder, 'data/worker'))).toEqual([])
    await until(async () => expect(await textOf(`${site.url}/queues.json`)).toContain('third'))
  }, 300_000)

  it('loses nothing when it is killed, and leaves nothing running', async () => {
    const { site, file, ask } = await aService('bookworm')
    const first = worker('--virt', 'null', '--allow-null', '--config', file)
    await ask('adt-local', { 'test-git': source.url, triggers: ['killed/1'] })
    await until(async () =>
      expect(await textOf(`${site.url}/static/running.json`)).toContain('test good: [-----'),
    )
    await first.end('SIGKILL')
    const second = worker('--virt', 'null', '--allow-null', '--config', file)
    await until(async () => expect(await recent(site)).toHaveLength(1))
    expect((await recent(site))[0]).toMatchObject({ code: 'fail', triggers: 'killed/1' })
    expect(second.said()).toContain('returned to its queue')
    expect((await second.end()).status).toBe(0)
  }, 300_000)
})

const NEEDS = ['rabbitmq', 'swift', 'autopkgtest', 'testbed', 'chromium'] as const

describeWhereAllowed(noTestbed(), NEEDS, 'a worker with a testbed of its own', () => {
  let testbed: Testbed
  let source: SourceServer
  beforeAll(async () => {
    testbed = makeTestbed()
    source = await serveSource({ good: GOOD, bad: BAD })
  }, 600_000)
  afterAll(async () => {
    await source?.close()
    testbed?.remove()
  })

  it('tests a real package of the archive, and a local one that fails', async () => {
    const { site, file, ask } = await aService(testbed.release)
    const options = ['--virt', `schroot ${testbed.name}`, '--slots', '2', '--config', file]
    const running = worker(...options)
    await ask('gzip', { triggers: ['migration-reference/0'], requester: 'ann' })
    await ask('adt-local', { 'test-git': source.url, triggers: ['migration-reference/0'] })
    await until(async () => expect(await recent(site)).toHaveLength(2))
    const rows = new Map((await recent(site)).map(row => [row.package, row]))
    expect(rows.get('gzip')).toMatchObject({
      code: 'pass',
      requester: 'ann',
      triggers: 'migration-reference/0',
    })
    expect(rows.get('adt-local')).toMatchObject({ code: 'fail', version: '1.0' })
    const path = `${site.url}/packages/gzip/${testbed.release}/${ARCH}/${rows.get('gzip')?.run_id}`
    expect(await textOf(`${path}/log`)).toContain('simple-gzip')
    await until(async () => expect(await textOf(path)).toContain('simple-gzip'))
    expect((await running.end()).status).toBe(0)
  }, 400_000)

  it('is asked in a browser, is watched while it tests, and shows its log there', async () => {
    const { site, file } = await aService(testbed.release)
    const running = worker('--virt', `schroot ${testbed.name}`, '--config', file)
    await until(() => expect(running.said()).toContain('the worker is taking requests'))
    const chromium = await openBrowser()
    onTestFinished(() => chromium.close())
    const page = await chromium.browser.newPage({ baseURL: site.url })
    page.setDefaultTimeout(30_000)
    const main = page.locator('main')

    await page.goto('/request.cgi?/login')
    await main.getByRole('button').click()
    await page.getByRole('button', { name: 'joe' }).click()
    await page.waitForURL(`${site.url}/`)
    await page.goto(
      `/request?package=gzip&release=${testbed.release}&arch=${ARCH}&trigger=migration-reference/0`,
    )
    await main.getByRole('button', { name: 'Request', exact: true }).click()
    await page.getByText('Test request submitted.').waitFor()
    await page.getByRole('link', { name: `Follow it on ${ARCH}` }).click()
    const followed = page.url()

    await until(async () => {
      await page.goto('/running#pkg-gzip')
      await main.locator('#pkg-gzip summary').click({ timeout: 2000 })
      // Its live tail: whatever the test has said last
      await main.locator('#pkg-gzip pre', { hasText: /\S/ }).waitFor({ timeout: 5000 })
    })
    await page.goto(followed)
    await page.getByRole('heading', { name: /pass/ }).waitFor({ timeout: 240_000 })
    const [row] = await recent(site)
    expect(row).toMatchObject({ package: 'gzip', code: 'pass', requester: 'joe' })
    await page.goto(`/packages/gzip/${testbed.release}/${ARCH}`)
    await main.locator('table.runs tbody tr').first().getByRole('link', { name: 'log' }).click()
    await page.getByText('simple-gzip').first().waitFor({ state: 'attached' })
    expect((await running.end()).status).toBe(0)
  }, 600_000)
})
