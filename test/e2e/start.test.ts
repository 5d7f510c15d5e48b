import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logIn } from './log-in.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Started {
  readonly process: ChildProcess
  /** Everything it has said so far. */
  readonly said: () => string
  /** Where it listens; rejects with what it said if it ends before. */
  readonly address: Promise<string>
  /** Milliseconds of processor time until it listened. */
  readonly took: Promise<number>
}

let dir: string
const started: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'start-'))
})
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  rmSync(dir, { recursive: true, force: true })
})

/**
 * `npm start -- …`, with npm only if told, on a free port, without a configuration and with its input closed; with the real
 * runs alone, or with the world that is made up around them.
 */
function start(options: { listen?: string; npm?: true; world?: true } = {}): Started {
  const given = ['--listen', options.listen ?? '127.0.0.1:0', '--data-dir', join(dir, 'var')]
  const [program, args] = options.npm
    ? ['npm', ['start', '--silent', '--', ...given]]
    : [process.execPath, ['scripts/start.mjs', ...given]]
  const child = spawn(program, args, {
    cwd: ROOT,
    env: {
      ...{ PATH: process.env.PATH, HOME: dir },
      AUTOPKGTEST_WEB_SAMPLE_WORLD: options.world ? 'yes' : 'no',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  started.push(child)
  let said = ''
  const address = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', data => {
      said += data
      const found = /the website is listening on (http:\S+?\/)"/.exec(said)
      if (found !== null) resolve(found[1] as string)
    })
    child.on('exit', code => reject(new Error(`ended with ${code}: ${said}`)))
  })
  address.catch(() => {})
  const took = address.then(() => workOf(child.pid as number))
  took.catch(() => {})
  return { process: child, said: () => said, address, took }
}

/** Milliseconds of processor time, of which the kernel counts hundredths of seconds (proc_pid_stat(5)). */
function workOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

async function end({ process }: Started, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(process, 'exit')
  process.kill(signal)
  return (await exited)[0] as number | null
}

async function get(site: Started, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(new URL(path, await site.address))
  return { status: response.status, text: await response.text() }
}

describe('npm start in a fresh folder', () => {
  it('shows sample data, marked as such, whose queued and running tests live', async () => {
    const site = start()
    expect((await get(site, '/')).text).toMatch(/sample data/i)
    expect((await get(site, '/static/running.json')).status).toBe(200)
    await vi.waitFor(
      async () => {
        expect((await get(site, '/packages/gzip/bookworm/amd64')).text).toMatch(/20261122_143829_7f224@|%40/)
        expect(Object.keys(JSON.parse((await get(site, '/static/running.json')).text))).not.toEqual([])
        expect((await get(site, '/queues.json')).text).toContain('submit-time')
      },
      { timeout: 60_000, interval: 500 },
    )
    expect((await get(site, '/readyz')).status).toBe(200)
    expect(await end(site, 'SIGTERM')).toBe(0)
    expect(site.said()).not.toMatch(/"level":50/)
  })

  it('listens after two seconds of work at most when it is started again, with everything there', async () => {
    const first = start()
    await vi.waitFor(
      async () => expect((await get(first, '/packages/gzip')).text).toContain('bookworm/amd64'),
      { timeout: 60_000, interval: 500 },
    )
    expect(await end(first, 'SIGINT')).toBe(0)
    const again = start()
    expect(await again.took).toBeLessThan(2000)
    expect((await get(again, '/packages/gzip')).text).toContain('bookworm/amd64')
    expect(await end(again, 'SIGTERM')).toBe(0)
  })

  it('says in one sentence that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const site = start({ listen: `127.0.0.1:${port}` })
    const [code] = await once(site.process, 'exit')
    other.close()
    expect(code).toBe(1)
    expect(site.said()).toContain(`autopkgtest-web: port ${port} on 127.0.0.1 is already in use`)
    expect(site.said()).not.toContain('    at ')
    expect(existsSync(join(dir, 'var')), 'nothing was touched').toBe(false)
  })

  it('ends when npm is told to', async () => {
    const site = start({ npm: true })
    const address = await site.address
    await end(site, 'SIGTERM')
    await vi.waitFor(() => expect(fetch(address)).rejects.toThrow(), 15_000)
  })

  it('measures the website and the daemons', async () => {
    const site = start()
    await get(site, '/')
    await vi.waitFor(
      async () => {
        const { text } = await get(site, '/metrics')
        expect(text).toMatch(/http_request_duration_seconds_count\{.*route="\/"/)
        expect(text).toMatch(/daemon_messages_total\{daemon="amqp-status-collector"/)
        expect(text).toMatch(/daemon_lag_seconds\{daemon="download-results"\}/)
      },
      { timeout: 60_000, interval: 500 },
    )
  })
})

describe('the made-up world of a first start', () => {
  it('is there with its stories, marked as made up, and takes a request to the end that its story has', async () => {
    const site = start({ world: true })
    await vi.waitFor(() => expect(site.said()).toContain('the made-up sample data is complete'), 240_000)
    const home = await get(site, '/')
    expect(home.text).toMatch(/Sample data, made up/)
    expect(home.text).toContain('href="/triggers/libharbour/4.0.0-1"')
    await vi.waitFor(
      async () => {
        expect((await get(site, '/triggers/libharbour/4.0.0-1')).text).toContain('40</a>')
        expect((await get(site, '/static/running.json')).text).toContain('tidewheel')
      },
      { timeout: 240_000, interval: 500 },
    )
    const url = (await site.address).replace(/\/$/, '')
    const headers = { cookie: await logIn(url, 'alice'), accept: 'application/json' }
    const query = 'release=forky&arch=amd64&package=libfeatherlens8&trigger=libharbour/4.0.0-1'
    const asked = await fetch(`${url}/request.cgi?${query}`, { headers })
    const [{ uuid }] = ((await asked.json()) as { requests: [{ uuid: string }] }).requests
    const log = await vi.waitFor(
      async () => {
        const answer = await fetch(`${url}/run/${uuid}/log`)
        expect(answer.status).toBe(200)
        return answer.text()
      },
      { timeout: 480_000, interval: 500 },
    )
    expect(log).toContain('MADE UP: no test has run')
    expect(await end(site, 'SIGTERM')).toBe(0)
    expect(site.said()).not.toMatch(/"level":50/)

    const again = start({ world: true })
    await vi.waitFor(async () => expect((await get(again, `/run/${uuid}`)).status).toBe(200), 60_000)
    expect(again.said(), 'it is made once').not.toContain('the made-up sample data is complete')
    expect(await end(again, 'SIGTERM')).toBe(0)
  }, 1_200_000)
})
