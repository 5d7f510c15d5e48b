import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeWith, freshVhost } from '../servers/harness/index.ts'
import { logIn } from './log-in.ts'
import { buildIfNeeded, endPrograms, runProgram, type SiteProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'
import { connectWorker, type Worker } from './worker.ts'

const QUEUE = 'debci-noble-amd64'
const foreign = (name: string) => `${name}\n{"triggers": ["${name}/1"], "submit-time": "2026-09-01 10:11:12"}`

describeWith(['rabbitmq'], 'requests that wait in RabbitMQ', () => {
  let folder: string
  let config: string
  let site: SiteProgram
  let worker: Worker

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'queue-removal-'))
    const broker = await freshVhost()
    config = writeSiteConfig({
      folder,
      releases: ['noble'],
      broker,
      store: { path: join(folder, 'store') },
      web: { admins: 'jane' },
      sections: {
        login: { provider: 'local', users: 'joe jane' },
        launchpad: { provider: 'static', static_uploaders: 'joe' },
      },
    })
    worker = await connectWorker(broker)
    // All daemons too: one of them looks into the queues at the same time
    site = await startSite('start', '--config', config)
  })
  afterAll(async () => {
    await worker?.close()
    await endPrograms()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  async function pageAt(path: string, cookie: string) {
    const answer = await fetch(site.url + path, { headers: { cookie, accept: 'text/html' } })
    return parseHTML(await answer.text()).document
  }

  /** Presses a button of a form, as a browser without scripts does. */
  async function press(path: string, cookie: string, fields: readonly [string, string][]) {
    const answer = await fetch(site.url + path, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([...fields]).toString(),
      redirect: 'manual',
    })
    return { status: answer.status, document: parseHTML(await answer.text()).document }
  }

  async function request(cookie: string, name: string): Promise<void> {
    const path = `/request.cgi?release=noble&arch=amd64&package=${name}&trigger=${name}/1`
    const answer = await fetch(site.url + path, { headers: { cookie, accept: 'application/json' } })
    expect(answer.status, await answer.clone().text()).toBe(200)
  }

  it('go by a button of those who may, can be put back, and the others keep their order', async () => {
    const [joe, jane] = [await logIn(site.url, 'joe'), await logIn(site.url, 'jane')]
    await worker.enqueue(QUEUE, [foreign('first')])
    await request(joe, 'mine')
    await worker.enqueue(QUEUE, [foreign('second')])
    await request(joe, 'other')
    await worker.enqueue(QUEUE, [foreign('third')])

    const list = await pageAt('/user/joe/requests', joe)
    const row = [...list.querySelectorAll('tbody tr')].find(
      one => one.querySelector('[data-head="Package"]')?.textContent === 'mine',
    )
    const form = row?.querySelector('form[action$="/withdraw"]')
    const confirm = form?.querySelector('input[name=confirm]')?.getAttribute('value') ?? ''
    const action = form?.getAttribute('action') ?? ''
    // While somebody else looks into the queue, nothing is found there
    await vi.waitFor(
      async () => expect((await press(action, joe, [['confirm', confirm]])).status).toBe(303),
      { timeout: 30_000, interval: 500 },
    )
    expect((await pageAt(action.replace('/withdraw', ''), joe)).body.textContent).toContain(
      'withdrawn by joe',
    )

    const removal = `/queues/ubuntu/noble/amd64/remove`
    expect((await press(removal, joe, [['which', 'all']])).status).toBe(403)
    const kept = await vi.waitFor(
      async () => {
        const shown = await pageAt(removal, jane)
        const box = shown.querySelector('input[aria-label$=" second"]')?.getAttribute('value')
        const token = shown.querySelector('input[name=confirm]')?.getAttribute('value')
        const { document } = await press(removal, jane, [
          ['confirm', token ?? ''],
          ['which', 'ticked'],
          ['only', box ?? ''],
        ])
        expect(document.querySelector('h1')?.textContent).toBe('1 request removed')
        return document.querySelector('pre.removed')?.textContent ?? ''
      },
      { timeout: 30_000, interval: 500 },
    )

    const file = join(folder, 'removed.jsonl')
    writeFileSync(file, kept)
    const restored = await runProgram('queue', 'restore', file, '--config', config)
    expect([restored.status, restored.stdout]).toEqual([0, expect.stringContaining('1')])
    await site.end()
    const left = (await worker.drain(QUEUE)).map(({ body }) => body)
    expect(left.map(body => body.split('\n')[0])).toEqual(['first', 'other', 'third', 'second'])
    expect(left.at(-1)).toBe(foreign('second'))
  })
})
