import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../builders/databases.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startSite } from '../e2e/program.ts'
import { writeSiteConfig } from '../e2e/site-config.ts'
import { describeWith } from './harness/index.ts'
import { reservePorts } from './harness/ports.ts'

const EXAMPLES = join(import.meta.dirname, '../../deploy/proxy')
const exec = promisify(execFile)

/** An example of `deploy/proxy/` with other addresses; each must stand there. */
function adapt(name: string, addresses: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(EXAMPLES, name), 'utf8')
  for (const [from, to] of Object.entries(addresses)) {
    expect(text, name).toContain(from)
    text = text.replaceAll(from, to)
  }
  return text
}

interface Proxy {
  readonly http: string
  readonly https: string
  readonly websites: readonly SiteProgram[]
}

interface Places {
  readonly folder: string
  readonly port: number
  readonly hosts: readonly [string, string]
}

/** What starts each of them in the foreground, and what only looks at its configuration. */
const PROXIES = {
  haproxy({ folder, port, hosts }: Places) {
    const file = join(folder, 'haproxy.cfg')
    const text = adapt('haproxy.cfg', {
      'bind :80\n': `bind 127.0.0.1:${port}\n`,
      'bind :443 ': `bind 127.0.0.1:${port + 1} `,
      '/etc/haproxy/autopkgtest.pem': join(folder, 'both.pem'),
      '192.0.2.11:8080': hosts[0],
      '192.0.2.12:8080': hosts[1],
    })
    writeFileSync(file, text)
    // The lowest limit that systems come with
    const limited = ['--nofile=1024:1024', '/usr/sbin/haproxy', '-f', file]
    return { program: '/usr/bin/prlimit', run: [...limited, '-db'], check: [...limited, '-c'] }
  },
  nginx({ folder, port, hosts }: Places) {
    const site = adapt('nginx.conf', {
      'listen 80;': `listen 127.0.0.1:${port};`,
      'listen 443 ssl;': `listen 127.0.0.1:${port + 1} ssl;`,
      '/etc/ssl/autopkgtest.crt': join(folder, 'cert.pem'),
      '/etc/ssl/private/autopkgtest.key': join(folder, 'key.pem'),
      '192.0.2.11:8080': hosts[0],
      '192.0.2.12:8080': hosts[1],
    })
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      name => `${name}_temp_path ${join(folder, name)};`,
    )
    const file = join(folder, 'nginx.conf')
    const main = ['daemon off;', `pid ${join(folder, 'pid')};`, 'worker_processes 1;', 'error_log stderr;']
    const http = ['http {', 'access_log off;', ...paths, site, '}']
    if (process.getuid?.() === 0) main.push('user root;')
    writeFileSync(file, [...main, 'events { worker_connections 200; }', ...http].join('\n'))
    const args = ['-p', folder, '-c', file, '-e', 'stderr']
    return { program: '/usr/sbin/nginx', run: args, check: ['-t', ...args] }
  },
}

async function makeCertificate(folder: string): Promise<void> {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=autopkgtest.example.org']
  await exec('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject],
    ...['-keyout', key, '-out', cert],
  ])
  writeFileSync(join(folder, 'both.pem'), readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'))
}

/** Two websites on one set of databases, and the proxy in front of them, until the test has ended. */
async function startProxy(kind: keyof typeof PROXIES): Promise<Proxy> {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'store'))
  await makeCertificate(folder)
  const port = await reservePorts()
  const config = writeSiteConfig({
    folder,
    releases: ['noble'],
    store: { path: join(folder, 'store') },
    web: {
      trusted_proxies: '127.0.0.1',
      metrics_allow: '127.0.0.1',
      base_url: `https://127.0.0.1:${port + 1}`,
    },
  })
  const websites = [
    await startSite('serve', '--config', config),
    await startSite('serve', '--config', config),
  ]
  const hosts = websites.map(site => new URL(site.url).host) as [string, string]
  const { program, run, check } = PROXIES[kind]({ folder, port, hosts })
  await exec(program, check)
  const child = spawn(program, run, { stdio: 'ignore' })
  onTestFinished(async () => {
    const closed = once(child, 'exit')
    child.kill('SIGTERM')
    await closed
    await Promise.all(websites.map(site => site.end('SIGKILL')))
  })
  const proxy = { http: `http://127.0.0.1:${port}`, https: `https://127.0.0.1:${port + 1}`, websites }
  await vi.waitFor(async () => expect((await ask(`${proxy.https}/healthz`)).status).toBe(200), 20_000)
  return proxy
}

/** What a client sees, by curl: it takes our certificate, and comes from where it is told. */
async function ask(url: string, ...options: readonly string[]) {
  const { stdout } = await exec('curl', ['-ksS', '-i', '--max-time', '20', ...options, url], {
    maxBuffer: 16 * 1024 * 1024,
  }).catch(error => ({ stdout: String(error.stdout) }))
  const [head = '', ...body] = stdout.split('\r\n\r\n')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim()
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1]), header, body: body.join('\r\n\r\n') }
}

/** How many requests of a route a website has answered. */
async function answered({ url }: SiteProgram, route: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.split('\n').filter(line => line.includes(`_count{route="${route}`))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describeWith(['proxies', 'clients'], 'the examples of reverse proxies', () => {
  beforeAll(buildIfNeeded)
  afterAll(endPrograms)

  for (const kind of ['haproxy', 'nginx'] as const) {
    it(`${kind} leads to both websites in turn, and to the other when one is killed`, async () => {
      const { https, websites } = await startProxy(kind)
      for (let n = 0; n < 8; n++) expect((await ask(`${https}/recent`)).status).toBe(200)
      for (const site of websites) expect(await answered(site, '/recent')).toBeGreaterThan(1)
      for (let n = 0; n < 6; n++) await ask(`${https}/static/autopkgtest.db.sha256`)
      const asked = await Promise.all(websites.map(site => answered(site, '/static/:file')))
      expect(asked.sort(), 'the pair comes from one of them').toEqual([0, 6])
      await websites[0]?.end('SIGKILL')
      for (let n = 0; n < 20; n++) expect((await ask(`${https}/recent`)).status).toBe(200)
    })

    it(`${kind} passes on what clients rely on, and no more`, async () => {
      const { http, https } = await startProxy(kind)
      const moved = await ask(`${http}/packages/gzip?x=1`)
      expect([moved.status, moved.header('location')?.replace(/:\d+/, '')]).toEqual([
        301,
        'https://127.0.0.1/packages/gzip?x=1',
      ])
      expect((await ask(`${https}/running.shtml`)).header('location')).toBe('/running')
      expect((await ask(`${https}/packages/%2Fetc`)).status).toBe(404)
      expect((await ask(`${https}/queues.json`, '--head')).status).toBe(200)
      const triggers = Array.from({ length: 300 }, (_, n) => `&trigger=some-long-source-name-${n}/1.2.3-4`)
      const long = await ask(`${https}/request.cgi?release=noble${triggers.join('')}`)
      expect([long.status, long.body]).toEqual([403, expect.stringContaining('/login')])
      expect((await ask(`${https}/metrics`)).status).toBe(404)
    })

    it(`${kind} says who asks, whatever they claim themselves`, async () => {
      const { https } = await startProxy(kind)
      const forged = ['-H', 'X-Forwarded-For: 127.0.0.1', '-H', 'Forwarded: for=127.0.0.1']
      const stranger = await ask(`${https}/readyz`, '--interface', '127.0.0.2', ...forged)
      expect(stranger.body.trim()).toBe('{"ready":true}')
      expect((await ask(`${https}/readyz`)).body).toContain('"database"')
      const body = ['--data-binary', `@${join(EXAMPLES, 'nginx.conf')}`]
      expect((await ask(`${https}/request.cgi`, ...body)).status).toBe(403)
      const large = ['--http1.1', '-H', 'Content-Length: 6000000', '-H', 'Expect:', '--data-binary', 'x']
      expect((await ask(`${https}/request.cgi`, ...large)).status).toBe(413)
    })

    it(`${kind} holds no event back`, async () => {
      const { https } = await startProxy(kind)
      const child = spawn('curl', ['-ksSN', `${https}/events?of=running`])
      let text = ''
      child.stdout.setEncoding('utf8').on('data', data => {
        text += data
      })
      await vi.waitFor(() => expect(text).toContain('retry:'), 10_000)
      child.kill('SIGKILL')
    })
  }
})
