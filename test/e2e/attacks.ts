import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import { silentLog } from '../../src/log.ts'
import { links } from '../../src/web/links.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { tarHeader } from '../builders/tar-header.ts'
import { runProgram, type SiteProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'

const MIB = 1024 * 1024
const START = 'autopkgtest [10:11:12]: test x: preparing testbed\n'

/** What one address does over and over. */
export interface Attack {
  readonly name: string
  /** `{n}` is another number each time. */
  readonly path: string
  /** A form that is posted, in a file. */
  readonly form?: string
}

const NEWLINES = aRun().of('newlines')
const BLANKS = aRun().of('blanks')
const TESTBED = aRun().of('testbed')
const SUMMARY = aRun().of('summary')
const NAMES = aRun().of('names')
const HEADERS = aRun().of('headers')
const TRIGGERS = aRun().of('triggers')
const RUNS = [NEWLINES, BLANKS, TESTBED, SUMMARY, NAMES, HEADERS, TRIGGERS]

/** A site with one hostile run of each kind, the attacks on it, and another of the same data that nobody attacks. */
export async function startAttackedSite(
  folder: string,
): Promise<{ site: SiteProgram; idle: SiteProgram; attacks: Attack[] }> {
  const root = join(folder, 'store')
  mkdirSync(root)
  const store = filesystemStore({ root })
  await storeRun(store, NEWLINES, { log: gzipSync(Buffer.alloc(8 * MIB, '\n')) })
  await storeRun(store, BLANKS, {
    log: gzipSync(START + `x PASS${' '.repeat(2030)}\rz\n`.repeat(1500)),
  })
  const list = Array.from({ length: 480_000 }, (_, n) => `${n.toString(16)}\t1\n`).join('')
  await storeRun(store, TESTBED, { members: { 'testbed-packages': list.slice(0, 4 * MIB - 10) } })
  const lines = Array.from({ length: 380_000 }, (_, n) => `${n.toString(16)} PASS\n`).join('')
  await storeRun(store, SUMMARY, { members: { summary: lines.slice(0, 4 * MIB - 20) } })
  await storeRun(store, NAMES)
  await storeRun(store, HEADERS)
  await storeRun(store, TRIGGERS)
  const put = (run: typeof NAMES, tar: Buffer) =>
    store.put('autopkgtest-noble', `${runDirectory(run)}/artifacts.tar.gz`, gzipSync(tar, { level: 1 }))
  await put(
    NAMES,
    Buffer.concat(Array.from({ length: 400 }, (_, n) => longNamed(`${n}${'&'.repeat(60_000)}`))),
  )
  await put(HEADERS, Buffer.concat(Array.from({ length: 400 }, () => extension('x', '2 '.repeat(32 * 1024)))))
  const config = writeSiteConfig({ folder, releases: ['noble'], store: { path: root } })
  const triggers = Array.from({ length: 250_000 }, () => 'a/1').join(' ')
  await runProgram('db', 'migrate', '--config', config)
  const results = await sqliteResults({ file: join(folder, 'data', 'autopkgtest.db'), log: silentLog })
  await results.record([...RUNS.slice(0, -1), TRIGGERS.with({ triggers })])
  // Older than those of the attacks, which are looked into first
  const many = Array.from({ length: 12_000 }, () => aRun().of('many').endedAt('2020-02-02T02:02:02'))
  await results.record(many)
  await results.close()
  const form = join(folder, 'form')
  writeFileSync(form, `openid.mode=id_res&next=/&${'a&'.repeat(2.4 * MIB)}`)
  const site = await startSite('start', '--config', config)
  const idle = await startSite('serve', '--config', config)
  const forms = ['/login', '/retries', '/private-results/login', '/request.cgi'].map(path => ({
    name: `fields posted to ${path}`,
    path,
    form,
  }))
  return {
    site,
    idle,
    attacks: [
      ...forms,
      { name: 'a log of newlines', path: links.log(NEWLINES) },
      { name: 'a log of blanks', path: links.log(BLANKS) },
      { name: 'packages of a testbed', path: links.testbed(TESTBED) },
      { name: 'subtests', path: links.run(SUMMARY) },
      { name: 'names of artifacts', path: links.artifacts(NAMES) },
      { name: 'headers without a member', path: links.artifacts(HEADERS) },
      { name: 'triggers', path: links.test(TRIGGERS) },
      { name: 'rows of a list', path: '/recent?limit=10000&offset={n}' },
      { name: 'rows for programs', path: '/api/experimental/recent.json?limit=10000&offset={n}' },
      { name: 'slashes', path: `/packages/${'/'.repeat(15_000)}x/` },
    ],
  }
}

const longNamed = (name: string): Buffer => Buffer.concat([extension('L', `${name}\0`), tarHeader('x', '0')])

function extension(type: string, content: string): Buffer {
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return Buffer.concat([tarHeader('x', content.length.toString(8), type), Buffer.from(content), padding])
}

/** What an attack got: how often it was answered, and the bytes of the longest answer. */
export interface Got {
  answers: number
  longest: number
}

/** Attacks from one address until it is stopped; resolves when it has begun. */
export async function attack(
  { url }: SiteProgram,
  { path, form }: Attack,
  address = '127.0.0.2',
): Promise<{ stop(): Promise<Got> }> {
  const args = [join(import.meta.dirname, 'attacker.ts'), url + path, address]
  const child = spawn(process.execPath, form === undefined ? args : [...args, form], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  await lines.next()
  return {
    async stop() {
      child.stdin.end()
      const { value } = await lines.next()
      return JSON.parse(value) as Got
    },
  }
}

/** Between two askings: an attack is met at all its stages, not only at its first. */
const PAUSE_MS = 20

/** How long each of so many askings for a page takes from another address, one after the other; milliseconds. */
export async function delaysOf(site: SiteProgram, path: string, count: number): Promise<number[]> {
  return (await delaysOfEach([site], path, count))[0] as number[]
}

/** The same of several sites in turn, so that whatever else the machine does slows them alike. */
export async function delaysOfEach(
  sites: readonly SiteProgram[],
  path: string,
  count: number,
): Promise<number[][]> {
  const agent = new Agent({ keepAlive: true, localAddress: '127.0.0.3' })
  const delays = sites.map((): number[] => [])
  for (let asked = 0; asked < count; asked++) {
    for (const [which, { url }] of sites.entries()) {
      const began = performance.now()
      await new Promise<void>((resolve, reject) => {
        get(url + path, { agent }, response => response.resume().on('end', resolve).on('error', reject)).on(
          'error',
          reject,
        )
      })
      delays[which]?.push(performance.now() - began)
      await pause(PAUSE_MS)
    }
  }
  agent.destroy()
  return delays
}
