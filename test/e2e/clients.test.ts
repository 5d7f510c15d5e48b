import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import { silentLog as log } from '../../src/log.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { describeWith, freshProject, freshVhost, type SwiftFacts } from '../servers/harness/index.ts'
import { buildIfNeeded, endPrograms, runProgram, type SiteProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'
import { connectWorker } from './worker.ts'

const OLD = aRun().of('libxml2', '2.9.14').on('noble', 'amd64').triggeredBy('libxml2/2.9.14').lasting(60)
const NEW = aRun().of('libxml2', '2.9.15').on('noble', 'amd64').triggeredBy('glibc/2.39').failing().by('joe')
const ARM = aRun().of('libxml2', '2.9.15').on('noble', 'arm64').triggeredBy('glibc/2.39').neutral()
const JAMMY = aRun().of('libxml2', '2.9.13').on('jammy', 'amd64').triggeredBy('migration-reference/0')
const OTHER = aRun().of('hello').on('noble', 'amd64').lasting(100)
const RUNS = [OLD, NEW, ARM, JAMMY, OTHER]
const PPA = aRun().of('hello').triggeredBy('hello/2.10-3~ppa1')
const PPA_CONTAINER = 'autopkgtest-noble-alice-tools'

const REQUEST =
  'hello\n{"requester": "joe", "submit-time": "2026-09-01 10:11:12+0000", "triggers": ["hello/2"]}'
const PPA_REQUEST =
  'hello {"ppas": ["bob:token@alice/tools", "alice/tools"], "triggers": ["hello/2.10-3~ppa1"]}'
const PRIVATE = 'hello\n{"readable-by": "joe", "swiftuser": "x", "triggers": ["hello/2"]}'

const run = promisify(execFile)
/** Standard output of a shell command. */
const shell = async (command: string): Promise<string> => (await run('/bin/sh', ['-c', command])).stdout
const logText = (one: typeof OLD): string =>
  [
    'starting date and time: 2026-09-01 10:11:12+0000',
    `host worker-1; command line: autopkgtest ${one.package} '--env=ADT_TEST_TRIGGERS=${one.triggers}' -- null`,
    `@@@@@@@@@@@@@@@@@@@@ apt-source ${one.package}`,
    '@@@@@@@@@@@@@@@@@@@@ summary',
  ]
    .map(words => `  0s autopkgtest [10:11:12]: ${words}\n`)
    .join('')
    .concat('smoke                PASS\n')

async function fillSwift(swift: SwiftFacts): Promise<void> {
  const store = swiftStore({ login: 'keystone', ...swift }, { log })
  for (const one of RUNS) await storeRun(store, one, { log: gzipSync(logText(one)) })
  for (const [container, access] of [
    [PPA_CONTAINER, 'public'],
    ['private-autopkgtest-noble-alice-secret', 'private'],
  ] as const) {
    await store.createContainer(container, access)
    await store.put(container, `${runDirectory(PPA)}/log.gz`, gzipSync(logText(PPA)))
    await store.put(container, `${runDirectory(PPA)}/result.tar`, Buffer.from('tar'))
  }
  await store.close()
}

describeWith(['rabbitmq', 'swift', 'clients'], 'what public clients do', () => {
  let folder: string
  let site: SiteProgram
  let url: string
  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'clients-'))
    const [swift, broker] = await Promise.all([freshProject(), freshVhost()])
    await fillSwift(swift)
    const worker = await connectWorker(broker)
    for (const context of ['', 'huge-', 'ppa-', 'upstream-']) {
      for (const release of ['jammy', 'noble']) {
        for (const arch of ['amd64', 'arm64']) await worker.enqueue(`debci-${context}${release}-${arch}`, [])
      }
    }
    await worker.enqueue('debci-noble-amd64', [REQUEST, PRIVATE, 'not a request \u0000{'])
    await worker.enqueue('debci-ppa-noble-amd64', [PPA_REQUEST])
    const arches = ['amd64', 'arm64']
    const config = writeSiteConfig({ folder, releases: ['jammy', 'noble'], arches, broker, store: swift })
    // Before the start, for the first copy of the database to have all; the next one is made after a minute
    await runProgram('download-all-results', '--config', config)
    site = await startSite('start', '--config', config)
    url = site.url
    const status = { release: 'noble', architecture: 'arm64', package: 'hello', running: true, duration: 100 }
    await vi.waitFor(
      async () => {
        const params = { triggers: ['hello/2.10-3~ppa1'], ppas: ['alice/tools'] }
        await worker.report(JSON.stringify({ ...status, params, logtail: '  0s autopkgtest…' }))
        expect(await (await fetch(`${url}/static/running.json`)).json()).toHaveProperty('hello')
        expect(await (await fetch(`${url}/queue_size.json`)).json()).toMatchObject({
          ubuntu: { noble: { amd64: 3 } },
          ppa: { noble: { amd64: 1 } },
        })
        expect((await fetch(`${url}/static/autopkgtest.db`)).status).toBe(200)
      },
      { timeout: 100_000, interval: 500 },
    )
    await worker.close()
  }, 180_000)
  afterAll(async () => {
    await endPrograms()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What one of the clients in clients.py understands. */
  const client = async (name: string, ...args: string[]): Promise<unknown> => {
    const script = join(import.meta.dirname, 'clients.py')
    return JSON.parse((await run('/usr/bin/python3', [script, name, url, ...args])).stdout)
  }
  const logPath = (one: typeof OLD): string =>
    `/results/autopkgtest-${one.release}/${runDirectory(one)}/log.gz`
  /** The status, and with `-L` the last one, that curl sees. */
  const curl = (args: string): Promise<string> =>
    shell(`curl -s -o /dev/null -w '%{http_code} %{redirect_url}' ${args}`).then(text => text.trim())

  it('britney: downloads database and checksum, and reads the runs of a test in their order', async () => {
    expect(await client('britney', 'noble', 'amd64', 'libxml2')).toEqual({
      journal_mode: 'delete',
      rows: [OLD, NEW].map(one => [one.exitcode, one.version, one.triggers, one.runId]),
    })
    expect(await shell(`curl -s ${url}/static/autopkgtest.db.sha256`)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('wget and SQL: auto-mir, autopkgtest-diff, autopkgtest-db-reports, seed-new-release', async () => {
    const file = join(folder, 'fetched.db')
    await shell(`cd ${folder} && wget -q -O fetched.db ${url}/static/autopkgtest.db`)
    expect(await client('ask-database', file)).toEqual({
      'auto-mir': [ARM, NEW, OLD].map(one => [one.arch, one.exitcode, one.version, one.runId]),
      'autopkgtest-diff': expect.arrayContaining(
        [OLD, NEW].map(one => [one.runId, one.exitcode, 'libxml2', 'amd64', one.triggers]),
      ),
      'autopkgtest-db-reports': [
        ['hello', 100, 100, 100],
        ['libxml2', 68.25, 71, 273],
      ],
      'seed-new-release': [OTHER, NEW, ARM].map(one => [one.package, one.arch, one.runId]),
    })
    expect(readdirSync(folder).filter(name => name.startsWith('fetched'))).toEqual(['fetched.db'])
  })

  it('ppa-dev-tools: finds what waits, runs and is done for a PPA', async () => {
    const found = await client('ppa-dev-tools', PPA_CONTAINER, 'alice/tools')
    expect(found).toEqual({
      waiting: [['ppa', 'noble', 'amd64', 'hello']],
      running: [['hello', 'noble', 'arm64', ['alice/tools'], 100]],
      logs: [[`${runDirectory(PPA)}/log.gz`, 'hello/2.10-3~ppa1']],
    })
    expect(JSON.stringify(await (await fetch(`${url}/queues.json`)).json())).not.toContain('token')
  })

  it('ubuntu-dev-tools: prints what runs and waits', async () => {
    expect(await client('running-autopkgtests')).toEqual([
      'R 100 noble arm64 hello hello/2.10-3~ppa1',
      'Q1 ubuntu noble amd64 hello hello/2',
      'Q2 ubuntu noble amd64 private',
      'Q1 ppa noble amd64 hello hello/2.10-3~ppa1',
    ])
  })

  it('autopkgtests-automation: reads the table of a package', async () => {
    expect(await client('autopkgtests-automation', 'libxml2')).toEqual({
      'jammy/amd64': ['pass', 'libxml2/jammy/amd64'],
      'noble/amd64': ['fail', 'libxml2/noble/amd64'],
      'noble/arm64': ['neutral', 'libxml2/noble/arm64'],
    })
    expect(await curl(`${url}/packages/no-such-package`)).toBe('200')
  })

  it('nubuntu: takes the run ids from the page of a test, and inflates the log', async () => {
    const ids = [NEW.runId, OLD.runId]
    for (const prefix of ['', 'l/', 'libx/']) {
      expect(await client('nubuntu', `/packages/${prefix}libxml2/noble/amd64`)).toEqual(ids)
    }
    const piped = await shell(`curl -s ${url}${logPath(NEW)} | gzip -d`)
    expect(piped).toBe(logText(NEW))
  })

  it('ubuntu-archive-tools: parses when a log was written', async () => {
    expect(await client('archive-tools', logPath(OLD))).toEqual({
      year: new Date().getUTCFullYear(),
      summary: ['smoke                PASS'],
    })
  })

  it('listings: by prefix, delimiter and marker, and 401 where there is no such container', async () => {
    const directory = `noble/amd64/libx/libxml2/`
    const list = (query: string, container = 'autopkgtest-noble') => client('listing', container, query)
    expect(await list(`delimiter=%40&prefix=${directory}`)).toEqual({
      status: 200,
      lines: [OLD, NEW].map(one => directory + one.runId),
    })
    expect(await list(`delimiter=%40&prefix=${directory}&marker=${directory}${OLD.runId}`)).toEqual({
      status: 200,
      lines: [directory + NEW.runId],
    })
    const all = (await list('')) as { lines: string[] }
    expect(all.lines).toHaveLength(8)
    expect(await list(`marker=${all.lines[6]}`)).toEqual({ status: 200, lines: all.lines.slice(7) })
    for (const closed of ['autopkgtest-nosuch', 'private-autopkgtest-noble-alice-secret']) {
      expect(await list('format=plain', closed)).toEqual({ status: 401, lines: [] })
    }
    const [first] = (await (await fetch(`${url}/results/autopkgtest-noble/?format=json`)).json()) as object[]
    expect(Object.keys(first as object).toSorted()).toEqual(
      ['bytes', 'content_type', 'hash', 'last_modified', 'name'].toSorted(),
    )
  })

  it('curl: a log as it lies in the store, its parts and its headers', async () => {
    const address = url + logPath(NEW)
    const stored = await fetch(address, { headers: { 'accept-encoding': 'gzip' } })
    expect(await stored.text()).toBe(logText(NEW))
    const whole = join(folder, 'log.gz')
    await shell(`curl -s -o ${whole} ${address} && curl -s -r 0-9 -o ${whole}.0 ${address}`)
    await shell(`curl -s -C 10 -o ${whole}.1 ${address} && cat ${whole}.1 >> ${whole}.0`)
    expect(gunzipSync(readFileSync(whole)).toString()).toBe(logText(NEW))
    expect(readFileSync(`${whole}.0`)).toEqual(readFileSync(whole))
    expect(await shell(`curl -s --compressed ${address}`)).toBe(logText(NEW))
    const head = (await shell(`curl -s --head ${address}`)).toLowerCase()
    expect(head).toMatch(/^http\/1.1 200/)
    for (const line of ['content-encoding: gzip', 'accept-ranges: bytes', 'last-modified: ', 'etag: "']) {
      expect(head).toContain(line)
    }
    expect(head).toMatch(/content-type: text\/plain; charset=utf-8/)
    expect(head).toContain(`content-length: ${readFileSync(whole).length}\r`)
    expect(await curl(`-r 99999999- ${address}`)).toBe('416')
    expect(await curl(`-z "$(date -Rd tomorrow)" ${address}`)).toBe('304')
    expect(await curl(address.replace('log.gz', 'nothing.gz'))).toBe('404')
  })

  it('curl: methods and their status', async () => {
    const expected: Record<string, string> = {
      GET: '200',
      HEAD: '200',
      OPTIONS: '200',
      POST: '405',
      DELETE: '405',
    }
    const pages = ['/', '/running', '/packages/libxml2', '/queues.json', '/static/running.json', '/recent']
    for (const path of [...pages, '/static/autopkgtest.db', '/api/experimental/recent.json', '/user/joe/']) {
      for (const [method, status] of Object.entries(expected)) {
        const how = method === 'HEAD' ? '--head' : `-X ${method}`
        expect(await curl(`${how} ${url}${path}`), `${method} ${path}`).toBe(status)
      }
      expect(await shell(`curl -s --head ${url}${path} | wc -l`), path).not.toBe('0\n')
      expect((await shell(`curl -s -X POST -D - -o /dev/null ${url}${path}`)).toLowerCase(), path).toMatch(
        /allow: get, head, options/,
      )
    }
  }, 120_000)

  it('curl: old and new addresses', async () => {
    const test = '/noble/amd64'
    const statuses: Record<string, string> = {
      [`/packages/l/libxml2${test}`]: '200',
      [`/packages/libx/libxml2${test}`]: '200',
      [`/packages/libxml2${test}`]: '200',
      '/packages/libx/libxml2': '200',
      '/packages/libx/libxml2/noble': '200',
      [`/packages/libxml2${test}/${NEW.runId}`]: '200',
      [`/packages/libxml2${test}/${NEW.runId.replace('@', '%40')}`]: '200',
      [`/packages/libxml2${test}/20200101_000000_abcde@`]: '404',
      [`/packages/libxml2${test}/`]: `301 ${url}/packages/libxml2${test}`,
      '/running.shtml': `301 ${url}/running`,
      '/running/': `301 ${url}/running`,
      '/user/joe': `308 ${url}/user/joe/`,
      '/user/alice/ppa/tools': '200',
      '/robots.txt': '200',
      '/favicon.ico': '204',
      '/results/autopkgtest-noble/..%2F..%2Fetc/passwd': '404',
      '/no/such/page': '404',
    }
    for (const [path, status] of Object.entries(statuses))
      expect(await curl(`'${url}${path}'`), path).toBe(status)
    expect(await shell(`curl -s ${url}/robots.txt`)).toBe('User-agent: *\nDisallow: /\n')
  })

  it('browsers and programs of all kinds are answered, whatever they call themselves', async () => {
    for (const agent of ['Go-http-client/1.1', 'python-requests/2.31', 'nushell', 'Mozilla/5.0 (X11)', '']) {
      expect(await curl(`-A '${agent}' ${url}/packages/libxml2`), agent).toBe('200')
    }
  })

  it('metrics collectors: lengths of all queues, and the raw snapshot', async () => {
    const none = { amd64: 0, arm64: 0 }
    const empty = { jammy: none, noble: none }
    expect(JSON.parse(await shell(`curl -s ${url}/queue_size.json`))).toEqual({
      ubuntu: { jammy: none, noble: { amd64: 3, arm64: 0 } },
      huge: empty,
      ppa: { jammy: none, noble: { amd64: 1, arm64: 0 } },
      upstream: empty,
    })
    const queued = JSON.parse(await shell(`wget -q -O - ${url}/queued.json`))
    expect(queued).toMatchObject({ releases: ['jammy', 'noble'], arches: ['amd64', 'arm64'] })
    expect(queued.queues.ubuntu.noble.amd64.requests.slice(0, 2)).toEqual([REQUEST, 'private job'])
  })

  it('conditional requests: what has not changed is not sent again', async () => {
    for (const path of ['/static/autopkgtest.db', '/packages/libxml2', '/static/running.json']) {
      const headers = await shell(`curl -s -D - -o /dev/null ${url}${path}`)
      const etag = /^etag: (.*)\r$/im.exec(headers)?.[1]
      expect(await curl(`-H 'If-None-Match: ${etag}' ${url}${path}`), path).toBe('304')
    }
    const file = join(folder, 'part')
    await shell(`curl -s -r 0-15 -o ${file} ${url}/static/autopkgtest.db`)
    expect(readFileSync(file, 'latin1')).toBe('SQLite format 3\0')
    const sum = createHash('sha256')
    await shell(`curl -s -o ${file} ${url}/static/autopkgtest.db`)
    expect(sum.update(readFileSync(file)).digest('hex')).toBe(
      await shell(`curl -s ${url}/static/autopkgtest.db.sha256`),
    )
  })
})
