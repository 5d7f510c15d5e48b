import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import { silentLog as log } from '../../src/log.ts'
import { startGithub } from '../backends/fake-github.ts'
import { startLaunchpad } from '../backends/fake-launchpad.ts'
import { aDelivery, aPullRequest, HOOK } from '../builders/github-deliveries.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { logOf, QUEUE, run, take } from '../builders/upstream-worker.ts'
import { describeWith, freshProject, freshVhost } from '../servers/harness/index.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'

const TIMEOUT = { timeout: 30_000 }

beforeAll(() => buildIfNeeded())
afterAll(() => endPrograms())

/** A configured site, and all that it talks to. */
async function anInstallation() {
  const folder = mkdtempSync(join(tmpdir(), 'github-'))
  const [github, launchpad] = [await startGithub(), await startLaunchpad({ ppas: ['owner/ci'] })]
  const vhost = await freshVhost()
  const broker = rabbitmqAt(vhost)()
  const facts = await freshProject()
  const { storageUrl: _public, ...owner } = facts
  const store = swiftStore({ login: 'keystone', ...owner }, { log })
  onTestFinished(async () => {
    await store.close()
    await github.close()
    await launchpad.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const [secrets, credentials] = [join(folder, 'secrets.json'), join(folder, 'credentials')]
  writeFileSync(secrets, '{"hello-upstream": "s3cret"}', { mode: 0o600 })
  writeFileSync(credentials, 'hello-upstream:robot:t0ken\n', { mode: 0o600 })
  const config = writeSiteConfig({
    ...{ folder, releases: ['noble'], broker: vhost, store: facts },
    web: { base_url: 'https://autopkgtest.example' },
    sections: {
      launchpad: { provider: 'launchpad', api_url: launchpad.apiUrl },
      github: { secrets, status_credentials: credentials, api_url: github.url },
    },
  })
  await broker.declareQueues([QUEUE])
  return { github, broker, store, start: () => startSite('start', '--config', config) }
}

/** GitHub waits no longer for an answer (docs.github.com, "Handling webhook deliveries"). */
const GIVES_UP_MS = 10_000

/** Posts a delivery as GitHub does. */
async function post(site: SiteProgram, payload: unknown, options: Parameters<typeof aDelivery>[2] = {}) {
  const { body, query, header } = aDelivery('pull_request', payload, options)
  const names = ['content-type', 'user-agent', 'x-github-event', 'x-hub-signature', 'x-hub-signature-256']
  const headers = names.flatMap(name => {
    const value = header(name)
    return value === undefined ? [] : [[name, value] as [string, string]]
  })
  const began = performance.now()
  const answer = await fetch(`${site.url}/request.cgi?${query}`, { method: 'POST', headers, body })
  return { status: answer.status, text: await answer.text(), ms: performance.now() - began }
}

describeWith(['rabbitmq', 'swift'], 'a pull request on GitHub', () => {
  it('is tested once and told so, though the site is killed as soon as it has answered', async () => {
    const { github, broker, store, start } = await anInstallation()
    const first = await start()
    const payload = aPullRequest({ api: github.url })
    expect(JSON.stringify(payload)).toContain('api.github.com')
    const answer = await post(first, payload)
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('Test request submitted') })
    expect(answer.ms).toBeLessThan(GIVES_UP_MS)
    await first.end('SIGKILL')

    const site = await start()
    const taken = await take(broker)
    expect(taken.params.env).toContain('UPSTREAM_PULL_REQUEST=2')
    expect(await post(site, payload, { headers: { 'x-hub-signature-256': '' } })).toMatchObject({
      status: 403,
      text: expect.stringContaining('Test already queued'),
    })
    const completion = await run(taken, store, { exitcode: 4 })
    await broker.publishTo(TESTCOMPLETE, completion)
    await vi.waitFor(() => expect(github.statuses).toHaveLength(2), TIMEOUT)
    expect(github.statuses).toMatchObject([
      { state: 'pending', target_url: 'https://autopkgtest.example/running#pkg-hello-upstream' },
      { state: 'failure', target_url: `https://autopkgtest.example${logOf(completion)}` },
    ])
    expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(0)
    const forged = await post(site, payload, { secret: 'wrong', query: HOOK })
    expect(forged).toMatchObject({
      status: 403,
      text: expect.stringContaining('GitHub signature verification failed'),
    })
    const { stderr } = await site.end()
    for (const secret of ['s3cret', 't0ken']) expect(first.said() + stderr).not.toContain(secret)
  })
})
