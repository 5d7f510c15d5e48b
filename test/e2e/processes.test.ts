import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../eventually.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'

interface Processes {
  readonly ok: boolean
  readonly wanted: number
  readonly pids: readonly number[]
  readonly restarts: number
}

beforeAll(buildIfNeeded)
afterAll(endPrograms)

/** A website of two processes. */
async function twoProcesses(
  limits: Readonly<Record<string, string>> = {},
): Promise<SiteProgram & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'processes-'))
  const store = { path: join(folder, 'store') }
  const file = writeSiteConfig({ folder, releases: ['noble'], store, sections: { limits } })
  const site = await startSite('serve', '--config', file, '--processes', '2')
  onTestFinished(async () => {
    await site.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return { ...site, folder }
}

async function processesOf(site: SiteProgram): Promise<Processes> {
  return ((await (await fetch(`${site.url}/readyz`)).json()) as { processes: Processes }).processes
}

/** On a connection of its own, as processes get connections and not requests. */
const get = (site: SiteProgram, path: string, signal?: AbortSignal) =>
  fetch(`${site.url}${path}`, { headers: { connection: 'close' }, ...(signal && { signal }) })

/** What /metrics says of a series, whatever else it is labelled with. */
async function measured(site: SiteProgram, pattern: RegExp): Promise<number[]> {
  const text = await (await get(site, '/metrics')).text()
  return [...text.matchAll(new RegExp(pattern.source, 'gm'))].map(([, value]) => Number(value))
}

const HEALTHZ = /http_request_duration_seconds_count\{[^}]*route="\/healthz"[^}]*\} (\d+)$/

const children = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

describe('a website of two processes', () => {
  it('answers as one: who it is and what it measured', async () => {
    const site = await twoProcesses()
    expect(await processesOf(site)).toMatchObject({ ok: true, wanted: 2, restarts: 0 })
    expect(children(site.pid).sort()).toEqual([...(await processesOf(site)).pids].sort())
    for (let asked = 0; asked < 10; asked++) await get(site, '/healthz')
    for (let asked = 0; asked < 4; asked++) expect(await measured(site, HEALTHZ)).toEqual([10])
    expect(await measured(site, /^autopkgtest_web_database_size_bytes (\d+)$/)).toHaveLength(1)
  })

  it('starts one again that is killed, serves meanwhile, and forgets nothing that it counted', async () => {
    const site = await twoProcesses()
    for (let asked = 0; asked < 10; asked++) await get(site, '/healthz')
    expect(await measured(site, HEALTHZ)).toEqual([10])
    const { pids } = await processesOf(site)
    process.kill(pids[0] as number, 'SIGKILL')
    await eventually(async () => expect((await processesOf(site)).pids).not.toContain(pids[0]))
    for (let asked = 0; asked < 10; asked++) expect((await get(site, '/healthz')).status).toBe(200)
    await eventually(async () => {
      const now = await processesOf(site)
      expect(now).toMatchObject({ ok: true, restarts: 1 })
      expect(now.pids).toContain(pids[1])
    })
    expect(await measured(site, HEALTHZ)).toEqual([20])
    expect(await measured(site, /^autopkgtest_web_process_restarts_total (\d+)$/)).toEqual([1])
    expect(site.said()).toContain('a website process ended unexpectedly and is restarted')
  })

  it('starts one again that was asked to end', async () => {
    const site = await twoProcesses()
    const { pids } = await processesOf(site)
    process.kill(pids[0] as number, 'SIGTERM')
    await eventually(async () => expect(await processesOf(site)).toMatchObject({ ok: true, restarts: 1 }))
  })

  it('gives up with a reason when its processes die again and again', async () => {
    const site = await twoProcesses()
    let hasEnded = false
    const ended = site.ended.then(end => {
      hasEnded = true
      return end
    })
    while (!hasEnded) {
      try {
        for (const pid of children(site.pid)) process.kill(pid, 'SIGKILL')
      } catch {
        // it is gone
      }
      await pause(20)
    }
    expect((await ended).status).toBe(1)
    expect(site.said()).toContain('giving up')
    expect(site.said()).not.toContain('    at ')
  })

  it('ends all of them in order: who follows the site is told, who reads has it to the end', async () => {
    const site = await twoProcesses()
    const { pids } = await processesOf(site)
    const streams = await Promise.all([1, 2, 3, 4].map(() => get(site, '/events')))
    const read = Promise.all(streams.map(stream => stream.text()))
    expect((await site.end()).status).toBe(0)
    for (const text of await read) expect(text).toContain('retry:')
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(site.said()).not.toMatch(/"level":50/)
  })

  it('ends them when the process above them is killed', async () => {
    const site = await twoProcesses()
    const { pids } = await processesOf(site)
    await site.end('SIGKILL')
    await eventually(() => {
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    })
  })

  it('tells of changes those who follow either', async () => {
    const site = await twoProcesses()
    const streams = await Promise.all(Array.from({ length: 6 }, () => get(site, '/events?of=running')))
    const file = join(site.folder, 'data/running.json')
    writeFileSync(`${file}.new`, '{}')
    renameSync(`${file}.new`, file)
    await Promise.all(
      streams.map(async stream => {
        const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
        let text = ''
        while (!text.includes('data: changed')) {
          const { value, done } = await reader.read()
          if (done) throw new Error(`ended after ${text}`)
          text += Buffer.from(value)
        }
        await reader.cancel()
      }),
    )
  })
})

describe('limits of an address', () => {
  const STREAMS = { streams: '3' }

  it('hold over both processes for what is open, however fast it is asked for', async () => {
    const site = await twoProcesses(STREAMS)
    const leaving = new AbortController()
    const asked = Array.from({ length: 12 }, () => get(site, '/events', leaving.signal))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter(status => status === 200)).toHaveLength(3)
    expect(statuses.filter(status => status === 429)).toHaveLength(9)
    leaving.abort()
    await eventually(async () => {
      const again = new AbortController()
      const { status } = await get(site, '/events', again.signal)
      again.abort()
      expect(status).toBe(200)
    })
  })

  it('are given back by a process that dies', async () => {
    const site = await twoProcesses(STREAMS)
    const { pids } = await processesOf(site)
    const open = await Promise.all([1, 2, 3].map(() => get(site, '/events')))
    const ends = open.map(stream => stream.text().catch(() => 'cut'))
    expect((await get(site, '/events')).status).toBe(429)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect(await Promise.all(ends)).toEqual(['cut', 'cut', 'cut'])
    await eventually(async () => expect(await processesOf(site)).toMatchObject({ ok: true, restarts: 2 }))
    const leaving = new AbortController()
    const again = await Promise.all([1, 2, 3, 4].map(() => get(site, '/events', leaving.signal)))
    expect(again.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429])
    leaving.abort()
  })

  it('hold over both for pages', async () => {
    const site = await twoProcesses({ pages_per_second: '1' })
    const began = performance.now()
    const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await get(site, '/')).status))
    const seconds = (performance.now() - began) / 1000
    const admitted = statuses.filter(status => status === 200).length
    // Five at once, and one for each second that it took
    expect(admitted).toBeGreaterThanOrEqual(5)
    expect(admitted).toBeLessThanOrEqual(5 + Math.ceil(seconds))
  })
})
