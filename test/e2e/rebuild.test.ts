import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import pLimit from 'p-limit'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { silentLog as log } from '../../src/log.ts'
import { recordedMessages } from '../builders/completions.ts'
import {
  callManagement,
  describeIfSet,
  describeWith,
  freshProject,
  freshVhost,
  type SwiftFacts,
} from '../servers/harness/index.ts'
import { countingProxy } from './counting-proxy.ts'
import {
  buildIfNeeded,
  endPrograms,
  runProgram,
  type SiteProgram,
  startProgram,
  startSite,
} from './program.ts'
import { readTruth, type TrueRun, uploadFolder } from './real-results.ts'
import { writeSiteConfig } from './site-config.ts'
import { connectWorker } from './worker.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const RELEASES = ['bookworm', 'trixie']

beforeAll(() => buildIfNeeded())
afterAll(() => endPrograms())

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rebuild-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const ROWS = `SELECT release, arch, package, run_id AS runId, version, triggers, duration, exitcode, requester, env
  FROM result JOIN test ON test.id = result.test_id ORDER BY run_id, package`

/** The rows as they are in the file; none if it is not there yet. */
function readRows(folder: string): Run[] {
  const file = join(folder, 'data', 'autopkgtest.db')
  if (!existsSync(file)) return []
  const database = new Database(file, { readonly: true })
  try {
    const made = database.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name = 'result'`).get()
    return (made as { n: number }).n === 0 ? [] : (database.prepare(ROWS).all() as Run[])
  } finally {
    database.close()
  }
}

const rowsOf = (truth: readonly TrueRun[]): Run[] =>
  truth
    .map(({ row }) => row)
    .toSorted((a, b) => (`${a.runId} ${a.package}` < `${b.runId} ${b.package}` ? -1 : 1))

const pathOf = (run: Run): string => `/packages/${run.package}/${run.release}/${run.arch}/${run.runId}`

/** The pages that are made of these runs alone, by address. */
async function readPages(site: SiteProgram, truth: readonly TrueRun[]): Promise<Map<string, string>> {
  const runs = truth.map(({ row }) => row)
  const paths = new Set([
    '/recent?limit=1000',
    '/api/experimental/recent.json?limit=1000',
    ...runs.flatMap(run => [
      `/packages/${run.package}`,
      `/packages/${run.package}/${run.release}/${run.arch}`,
      pathOf(run),
      `${pathOf(run)}/log`,
      `${pathOf(run)}/testbed`,
    ]),
  ])
  const pages = await pLimit(4).map([...paths], async path => {
    const answer = await fetch(site.url + path)
    const text = await answer.text()
    expect(answer.status, `${path}: ${text.slice(0, 300)}`).toBe(200)
    return [path, text] as const
  })
  return new Map(pages)
}

/** Waits until every run is there, with its subtests. */
async function waitUntilComplete(folder: string, truth: readonly TrueRun[]): Promise<void> {
  await vi.waitFor(() => expect(readRows(folder)).toEqual(rowsOf(truth)), { timeout: 120_000, interval: 500 })
  const derived = await sqliteDerived({ file: join(folder, 'data', 'derived.db'), log })
  try {
    for (const { row, subtests } of truth) {
      await vi.waitFor(
        async () =>
          expect(await derived.details(row), runDirectory(row)).toMatchObject({ state: 'known', subtests }),
        { timeout: 120_000, interval: 500 },
      )
    }
  } finally {
    await derived.close()
  }
}

/** The whole way: from a folder of real results through Swift to the pages, twice. */
function describeRebuild(title: string, source: { folder: string; messages: () => readonly string[] }): void {
  describeWith(['swift', 'rabbitmq', 'clients'], title, () => {
    let truth: readonly TrueRun[]
    let swift: SwiftFacts
    beforeAll(async () => {
      truth = readTruth(source.folder)
      swift = await freshProject()
      await uploadFolder(swift, source.folder)
    }, 300_000)

    it('are all found in Swift, over SIGKILL too, and the second time nothing is fetched', async () => {
      const proxy = await countingProxy(swift.storageUrl)
      onTestFinished(() => proxy.close())
      const folder = newFolder()
      const file = writeSiteConfig({ folder, releases: RELEASES, store: { publicUrl: proxy.url } })
      const command = ['download-all-results', '--json', '--config', file]

      const first = startProgram(...command, '--parallel', '2')
      while (readRows(folder).length < 10) await sleep(10)
      await first.end('SIGKILL')
      const kept = readRows(folder).length
      expect(kept).toBeLessThan(truth.length)

      proxy.asked()
      const second = await runProgram(...command)
      const said = JSON.parse(second.stdout)
      // Wherever the SIGKILL fell: what is before the resume point is not looked at again
      expect(said).toMatchObject({ new: truth.length - kept, broken: [] })
      expect(said.known).toBeLessThanOrEqual(kept)
      const all = said.sinceItBegan ?? said
      expect(all.new + all.known).toBe(truth.length)
      expect(second.status).toBe(0)
      expect(readRows(folder)).toEqual(rowsOf(truth))
      // Each of the rest once, and of those that were kept nothing
      const tars = proxy.asked().filter(path => path.endsWith('/result.tar'))
      expect(tars).toHaveLength(truth.length - kept)

      const third = await runProgram(...command)
      expect(JSON.parse(third.stdout)).toEqual({ new: 0, known: truth.length, broken: [] })
      expect(proxy.asked().filter(path => path.includes('@/'))).toEqual([])
    }, 240_000)

    it('give the same pages again after database and data folder were deleted', async () => {
      const folder = newFolder()
      const file = writeSiteConfig({ folder, releases: RELEASES, store: swift })
      const first = await startSite('start', '--config', file)
      await waitUntilComplete(folder, truth)
      const before = await readPages(first, truth)
      for (const { row, subtests } of truth) {
        for (const { name } of subtests) expect(before.get(pathOf(row))).toContain(name)
      }
      expect((await first.end()).status).toBe(0)

      rmSync(join(folder, 'data'), { recursive: true })
      const second = await startSite('start', '--config', file)
      await waitUntilComplete(folder, truth)
      const after = await readPages(second, truth)
      for (const [path, html] of before) expect(after.get(path), path).toBe(html)
      expect((await second.end()).status).toBe(0)
    }, 300_000)

    it('have the rows that their completions make, said to RabbitMQ', async () => {
      const broker = await freshVhost()
      const folder = newFolder()
      mkdirSync(join(folder, 'store'))
      const store = { path: join(folder, 'store') }
      const file = writeSiteConfig({ folder, releases: RELEASES, broker, store, completeQueue: 'complete' })
      const daemon = startProgram('daemon', 'download-results', '--config', file)
      const queue = `queues/${encodeURIComponent(broker.vhost)}/complete`
      await vi.waitFor(
        async () => expect(await callManagement(broker, 'GET', queue)).toMatchObject({ consumers: 1 }),
        { timeout: 60_000, interval: 200 },
      )
      const worker = await connectWorker(broker)
      onTestFinished(() => worker.close())
      const bodies = source.messages()
      for (const body of bodies) await worker.complete(body)
      const said = new Set(bodies.map(body => (JSON.parse(body) as { swift_dir: string }).swift_dir))
      const expected = rowsOf(truth).filter(row => said.has(runDirectory(row)))
      expect(expected.length).toBe(said.size)
      await vi.waitFor(() => expect(readRows(folder)).toEqual(expected), { timeout: 60_000, interval: 200 })
      expect((await daemon.end()).status).toBe(0)
    }, 120_000)
  })
}

function exampleCompletions(): string[] {
  const lines = readFileSync(join(EXAMPLES, 'requests.jsonl'), 'utf8').trimEnd().split('\n')
  return lines.map(line => JSON.stringify((JSON.parse(line) as { completion: object }).completion))
}

describeRebuild('the runs of the examples', { folder: EXAMPLES, messages: exampleCompletions })

function recordedCompletions(folder: string): string[] {
  const messages = recordedMessages(join(folder, 'messages.jsonl'))
  return messages.filter(({ exchange }) => exchange === 'testcomplete.fanout').map(({ body }) => body)
}

describeIfSet('AUTOPKGTEST_CORPUS', 'all runs of a given corpus', folder => {
  describeRebuild('as they are', { folder, messages: () => recordedCompletions(folder) })
})
