/** Measures the pages that tell why something fails; see `--help`. */
import { parseArgs } from 'node:util'
import { buildIfNeeded } from '../test/e2e/program.ts'
import { analysisKinds } from './analysis/kinds.ts'
import { knownOf } from './analysis/known.ts'
import { askOnce } from './lib/asking.ts'
import { costOf } from './lib/processes.ts'
import { say } from './lib/progress.ts'
import { machine, report } from './lib/report.ts'
import { table } from './lib/table.ts'
import { startPages } from './pages/site.ts'

const HELP = `Measures pages of triggers, regressions, changes, histories and comparisons, each address asked for the first
time, one after the other, over a database of scripts/generate-database.ts that was made with --large-upload 25000.

  npm run bench:analysis -- --folder var
  npm run bench:analysis -- --folder var --postgres postgres://user@host/database

  --folder DIR     autopkgtest.db and derived.db
  --postgres URL   measured in their place; with the same rows: addresses are made of those of --folder
  --once N         addresses of each kind (100)
  --pages LIST     only these kinds (all)
  --json FILE      where the figures go
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    folder: { type: 'string' },
    postgres: { type: 'string' },
    once: { type: 'string', default: '100' },
    pages: { type: 'string' },
    json: { type: 'string' },
  },
})

/**
 * The share of a kind's addresses that is requested beforehand: a program that has just started is still being
 * compiled.
 */
const WARMING = 0.2

async function measureAll(folder: string): Promise<void> {
  buildIfNeeded()
  const facts = machine()
  const once = Number(values.once)
  const known = knownOf(folder, Math.ceil(once / (1 - WARMING)))
  const [short, long] = known.pairs.at(-1) ?? []
  if (short === undefined || long === undefined) throw new Error(`${folder} has no test with two runs`)
  const database = values.postgres === undefined ? { folder } : { url: values.postgres }
  const site = await startPages(database, { queued: 20_000, running: 300 }, { short, long })
  const wanted = values.pages?.split(',')
  const figures = []
  try {
    for (const { name, paths, withinMs } of analysisKinds(known, Math.ceil(once / (1 - WARMING)))) {
      if (wanted !== undefined && !wanted.includes(name)) continue
      say(name)
      const warming = Math.floor(paths.length * WARMING)
      await askOnce(site.url, paths.slice(0, warming), 1)
      const { value, cpu } = await costOf(site, () => askOnce(site.url, paths.slice(warming), 1))
      figures.push({ name, withinMs, ...value, cpu: (1000 * cpu) / value.requests })
    }
  } finally {
    await site.stop()
  }
  const rows = figures.map(one => [
    ...[one.name, one.requests, one.bytes / 1000, one.p50, one.p99, one.cpu],
    one.p50 > one.withinMs ? `> ${one.withinMs} ms` : '',
  ])
  const head = ['page', 'asked', 'KB sent', 'p50 ms', 'p99 ms', 'CPU ms', 'missed']
  report('analysis', table(head, rows), { machine: facts, figures }, values.json)
}

if (values.help || values.folder === undefined) process.stdout.write(HELP)
else await measureAll(values.folder)
