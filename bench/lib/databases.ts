import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { indexRows } from '../../scripts/generate/derive.ts'
import { makeRuns } from '../../scripts/generate/runs.ts'
import { makeWorld, type World } from '../../scripts/generate/world.ts'
import { writeResults } from '../../scripts/generate/write-results.ts'
import type { Derived } from '../../src/backends/derived/derived.ts'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import type { Results } from '../../src/backends/results/results.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { silentLog } from '../../src/log.ts'
import { say } from './progress.ts'

const GENERATOR = join(import.meta.dirname, '../../scripts/generate')

/** Of the newest run. */
export const END = new Date('2026-11-20')
const YEARS = 3
export const RELEASES = ['jammy', 'noble', 'questing', 'resolute']
export const ARCHES = ['amd64', 'arm64', 'armhf', 'i386', 'ppc64el', 'riscv64', 's390x']

/** The packages from which everything is generated here; a fresh world gives the same rows again. */
export const aWorld = (): World =>
  makeWorld({ seed: 7, packages: 17_800, releases: RELEASES, arches: ARCHES })

/** This many runs of that world. */
export const someRuns = (count: number) => makeRuns(aWorld(), { count, years: YEARS, end: END })

/**
 * A folder of results and derived data with this many rows. Ten million take minutes to generate, so the folder is
 * kept under the system's folder for temporary files, and generated again when the generator has changed.
 */
export async function sqliteFolder(results: number): Promise<string> {
  const folder = join(tmpdir(), 'autopkgtest-web-bench', `${results}-${generatorHash()}`)
  if (existsSync(folder)) return folder
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  say(`making a database of ${results.toLocaleString('en-GB')} results, once`)
  writeResults(join(draft, 'autopkgtest.db'), aWorld(), someRuns(results))
  const file = (name: string) => ({ file: join(draft, name), log: silentLog })
  await indexAll(await sqliteResults(file('autopkgtest.db')), await sqliteDerived(file('derived.db')))
  renameSync(draft, folder)
  return folder
}

function generatorHash(): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(GENERATOR).sort()) hash.update(readFileSync(join(GENERATOR, file)))
  return hash.digest('hex').slice(0, 8)
}

/** Rows in one transaction: nobody waits for it here. */
const CHUNK = 20_000

async function indexAll(results: Results, derived: Derived): Promise<void> {
  await indexRows(results, derived)
  await derived.close()
  await results.close()
}

/** Fills an empty PostgreSQL database with this many rows, and the data derived from them. */
export async function loadPostgres(url: string, count: number): Promise<void> {
  say(`filling PostgreSQL with ${count.toLocaleString('en-GB')} results`)
  const results = await postgresResults({ url, mirror: '/nonexistent', log: silentLog })
  let batch: Run[] = []
  for (const run of someRuns(count)) {
    if (batch.push(run) < CHUNK) continue
    await results.record(batch)
    batch = []
  }
  await results.record(batch)
  await indexAll(results, await postgresDerived({ url, log: silentLog }))
}
