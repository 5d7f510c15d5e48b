/** Measures the pages of the website; see `--help`. */
import { parseArgs } from 'node:util'
import { buildIfNeeded } from '../test/e2e/program.ts'
import { startPostgres } from '../test/servers/harness/postgres.ts'
import { aWorld, loadPostgres, sqliteFolder } from './lib/databases.ts'
import { type Floor, startFloor } from './lib/floor.ts'
import { say } from './lib/progress.ts'
import { machine, report } from './lib/report.ts'
import { hasWrk } from './lib/wrk.ts'
import { kindsOf, neededFor } from './pages/addresses.ts'
import { findBusiest } from './pages/busiest.ts'
import { measurePage } from './pages/measure.ts'
import type { Measured } from './pages/measured.ts'
import { type Database, startPages } from './pages/site.ts'
import { flatTable, pagesTable, type SiteMeasured } from './pages/tables.ts'

const HELP = `Measures each kind of page: asked again and again, asked for the first time, and at half of the rate that it
bears, beside a bare server that sends as many bytes. Prints Markdown tables, writes JSON to bench/results/.

  npm run bench:pages
  npm run bench:pages -- --results 100000 --postgres 0 --seconds 2

  --results LIST   sizes of SQLite databases (100000,2000000,10000000)
  --postgres LIST  sizes of PostgreSQL databases, 0 for none (2000000)
  --seconds N      for each page (10)
  --once N         addresses of each kind that are asked for once (1000)
  --pages LIST     only these kinds (all)
  --queued N       waiting requests (20000)      --running N   running tests (300)
  --json FILE      where the figures go
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    results: { type: 'string', default: '100000,2000000,10000000' },
    postgres: { type: 'string', default: '2000000' },
    seconds: { type: 'string', default: '10' },
    once: { type: 'string', default: '1000' },
    pages: { type: 'string' },
    queued: { type: 'string', default: '20000' },
    running: { type: 'string', default: '300' },
    json: { type: 'string' },
  },
})

const numbers = (list: string) =>
  list
    .split(',')
    .map(Number)
    .filter(size => size > 0)

async function measureSite(
  site: string,
  results: number,
  database: Database,
  floor: Floor,
): Promise<SiteMeasured> {
  const busiest = findBusiest(await sqliteFolder(results), Math.max(10, neededFor(Number(values.once))))
  const [short, long] = busiest.runs.slice(-2) as [(typeof busiest.runs)[0], (typeof busiest.runs)[0]]
  const live = { queued: Number(values.queued), running: Number(values.running) }
  const website = await startPages(database, live, { short, long })
  const wanted = values.pages?.split(',')
  const pages: Measured[] = []
  try {
    for (const kind of kindsOf(busiest, aWorld().people, Number(values.once))) {
      if (wanted !== undefined && !wanted.includes(kind.name)) continue
      say(`${site}: ${kind.name}`)
      pages.push(await measurePage(website, floor, kind, Number(values.seconds)))
    }
  } finally {
    await website.stop()
  }
  const measured = { site, pages }
  say(`\n${pagesTable(measured)}`)
  return measured
}

async function measureAll(): Promise<void> {
  if (!hasWrk()) throw new Error('wrk is not installed: scripts/services/install.sh wrk')
  buildIfNeeded()
  const facts = machine()
  const floor = await startFloor()
  const sites: SiteMeasured[] = []
  try {
    for (const results of numbers(values.results)) {
      sites.push(
        await measureSite(`sqlite-${results}`, results, { folder: await sqliteFolder(results) }, floor),
      )
    }
    for (const results of numbers(values.postgres)) {
      const server = await startPostgres()
      try {
        await loadPostgres(server.url, results)
        sites.push(await measureSite(`postgres-${results}`, results, { url: server.url }, floor))
      } finally {
        await server.stop()
      }
    }
  } finally {
    floor.end()
  }
  const onSqlite = sites.filter(({ site }) => site.startsWith('sqlite'))
  const tables = [...sites.map(pagesTable), flatTable(onSqlite)].join('\n')
  report('pages', tables, { machine: facts, seconds: Number(values.seconds), sites }, values.json)
}

if (values.help) process.stdout.write(HELP)
else await measureAll()
