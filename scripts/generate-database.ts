/** Generates a results database of any size, and matching queues and running tests; see `--help`. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Derived } from '../src/backends/derived/derived.ts'
import { postgresDerived } from '../src/backends/derived/postgres/postgres.ts'
import { sqliteDerived } from '../src/backends/derived/sqlite/sqlite.ts'
import { postgresResults } from '../src/backends/results/postgres/postgres.ts'
import type { Results } from '../src/backends/results/results.ts'
import { sqliteResults } from '../src/backends/results/sqlite/sqlite.ts'
import type { Run } from '../src/domain/run/run.ts'
import { openLog } from '../src/log.ts'
import { deriveAll } from './generate/derive.ts'
import { makeLargeUpload } from './generate/large-upload.ts'
import { makeRuns } from './generate/runs.ts'
import { makeQueued, makeRunning } from './generate/snapshots.ts'
import { makeWorld, type World } from './generate/world.ts'
import { writeResults } from './generate/write-results.ts'

const HELP = `Makes a results database that looks like a real one. The same options give the same rows.

  node scripts/generate-database.ts --results 2000000 --out var/autopkgtest.db
  node scripts/generate-database.ts --results 2000000 --postgres postgres://user@host/database
  node scripts/generate-database.ts --results 2000000 --out var/autopkgtest.db --derived var/derived.db --details 300000
  node scripts/generate-database.ts --queued 25000 --queued-json queued.json --running 300 --running-json running.json

  --results N      rows (100000)             --out FILE           a new SQLite file
  --packages N     packages (17800)          --postgres URL       an empty PostgreSQL database
  --releases LIST  (jammy,noble,questing,resolute)
  --arches LIST    (amd64,arm64,armhf,i386,ppc64el,riscv64,s390x)
  --years N        time that they span (3)   --end DATE           of the newest run (2026-11-20)
  --derived FILE   what is derived from the rows of --out: triggers, flakes, and as below
  --large-upload N besides, one upload that has so many packages tested on every architecture (0)
  --details N      subtests, failures and their signatures for the newest N runs (50000; with --derived or --postgres)
  --queued N       waiting requests (20000)  --queued-json FILE
  --running N      running tests (300)       --running-json FILE
  --log-bytes N    log of each running test (2048)
  --seed N         (7)
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    results: { type: 'string', default: '100000' },
    out: { type: 'string' },
    postgres: { type: 'string' },
    derived: { type: 'string' },
    details: { type: 'string', default: '50000' },
    'large-upload': { type: 'string', default: '0' },
    packages: { type: 'string', default: '17800' },
    releases: { type: 'string', default: 'jammy,noble,questing,resolute' },
    arches: { type: 'string', default: 'amd64,arm64,armhf,i386,ppc64el,riscv64,s390x' },
    years: { type: 'string', default: '3' },
    end: { type: 'string', default: '2026-11-20' },
    queued: { type: 'string', default: '20000' },
    'queued-json': { type: 'string' },
    running: { type: 'string', default: '300' },
    'running-json': { type: 'string' },
    'log-bytes': { type: 'string', default: '2048' },
    seed: { type: 'string', default: '7' },
  },
})

/** A fresh world for each output, so that no output depends on which others were requested. */
const world = () =>
  makeWorld({
    seed: Number(values.seed),
    packages: Number(values.packages),
    releases: values.releases.split(','),
    arches: values.arches.split(','),
  })
const end = new Date(values.end)
const log = openLog({ format: 'readable' })

if (values.help || !(values.out || values.postgres || values['queued-json'] || values['running-json'])) {
  process.stdout.write(HELP)
} else {
  const time = { count: Number(values.results), years: Number(values.years), end }
  const runsOf = function* (made: World): Generator<Run> {
    yield* makeRuns(made, time)
    yield* makeLargeUpload(made, Number(values['large-upload']), end)
  }
  if (values.out !== undefined) {
    const started = performance.now()
    const made = world()
    const rows = writeResults(values.out, made, runsOf(made))
    report(values.out, rows, started)
    if (values.derived !== undefined)
      await derive(
        await sqliteResults({ file: values.out, log }),
        await sqliteDerived({ file: values.derived, log }),
      )
  }
  if (values.postgres !== undefined) await loadPostgres(values.postgres, runsOf(world()))
  if (values['queued-json'] !== undefined) {
    writeFileSync(values['queued-json'], JSON.stringify(makeQueued(world(), Number(values.queued), end)))
  }
  if (values['running-json'] !== undefined) {
    const running = makeRunning(world(), Number(values.running), end, Number(values['log-bytes']))
    writeFileSync(values['running-json'], JSON.stringify(running))
  }
}

async function loadPostgres(url: string, runs: Iterable<Run>): Promise<void> {
  const started = performance.now()
  const results = await postgresResults({ url, mirror: '/nonexistent', log })
  let rows = 0
  let batch: Run[] = []
  const record = async () => {
    rows += (await results.record(batch)).length
    batch = []
  }
  for (const run of runs) {
    batch.push(run)
    if (batch.length === 5000) await record()
  }
  await record()
  report('PostgreSQL', rows, started)
  await derive(results, await postgresDerived({ url, log }))
}

async function derive(results: Results, derived: Derived): Promise<void> {
  const started = performance.now()
  let before = process.cpuUsage()
  const made = (part: string) => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    process.stderr.write(`${part}: ${((user + system) / 1e6).toFixed(1)} s of the processor\n`)
  }
  report('derived, with details', await deriveAll(results, derived, Number(values.details), made), started)
  await derived.close()
  await results.close()
}

function report(what: string, rows: number, started: number): void {
  const seconds = (performance.now() - started) / 1000
  process.stderr.write(`${what}: ${rows} results in ${seconds.toFixed(1)} s\n`)
}
