/** Measures what finding failures adds to the indexing of a log; see `--help`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readLogFile } from '../src/contracts/files/log/log-file.ts'
import { FailureFinder } from '../src/domain/log/failure/failure-finder.ts'
import { LogIndexer } from '../src/domain/log/log-sections.ts'
import { machine, report } from './lib/report.ts'
import { table } from './lib/table.ts'

const HELP = `Measures the indexing of long logs with and without finding failures, in turn, gunzip included: of whole logs
one after the other, most of which passed; of such with failures; and of one test that prints all of it and fails.

  npm run bench:index
  npm run bench:index -- --megabytes 12 --rounds 15
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    megabytes: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '15' },
    json: { type: 'string' },
  },
})

const FIXTURES = join(import.meta.dirname, '../test/fixtures')

/** All files in a folder and below it whose names have this ending. */
function filesOf(folder: string, end: string): Buffer[] {
  const names = readdirSync(join(FIXTURES, folder), { recursive: true, encoding: 'utf8' })
  return names
    .filter(name => name.endsWith(end))
    .sort()
    .map(name => readFileSync(join(FIXTURES, folder, name)))
}

/** Some of the logs are damaged on purpose. */
function inflated(packed: Buffer): Buffer[] {
  try {
    return [gunzipSync(packed)]
  } catch {
    return []
  }
}

function repeatedTo(bytes: number, log: Buffer): Buffer {
  return Buffer.concat(new Array<Buffer>(Math.ceil(bytes / log.length)).fill(log))
}

/** One failing test that prints the lines of other logs, except autopkgtest's own. */
function asOneTest(bytes: number, log: Buffer): Buffer {
  const own = 'autopkgtest [10:00:00]: test all: '
  const lines = log.toString('latin1').split('\n')
  const printed = Buffer.from(
    `${lines.filter(line => !line.includes('autopkgtest [')).join('\n')}\n`,
    'latin1',
  )
  return Buffer.concat([
    Buffer.from(`${own}preparing testbed\n${own}[${'-'.repeat(23)}\n`),
    repeatedTo(bytes, printed),
    Buffer.from(`${own}${'-'.repeat(23)}]\nall                  FAIL non-zero exit status 1\n`),
  ])
}

/** Milliseconds of processor time for one reading. */
async function readingOf(packed: Buffer, finds: boolean): Promise<number> {
  const finder = finds ? new FailureFinder() : undefined
  const before = process.cpuUsage()
  const indexer = new LogIndexer(finder && ((line, section, part) => finder.line(line, section, part)))
  for await (const chunk of readLogFile(Readable.from([packed]))) indexer.push(chunk)
  indexer.end()
  finder?.failures()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

async function measure(name: string, packed: Buffer) {
  const pairs: { without: number; with: number }[] = []
  for (let round = 0; round < Number(values.rounds); round++)
    pairs.push({ without: await readingOf(packed, false), with: await readingOf(packed, true) })
  return {
    name,
    withoutMs: median(pairs.map(pair => pair.without)),
    withMs: median(pairs.map(pair => pair.with)),
    ratio: median(pairs.map(pair => pair.with / pair.without)),
  }
}

async function measureAll(): Promise<void> {
  const bytes = Number(values.megabytes) * 1e6
  const facts = machine()
  const passing = Buffer.concat(filesOf('corpus', 'log.gz').flatMap(inflated))
  const failing = Buffer.concat(filesOf('failures', '.log'))
  const logs: readonly (readonly [string, Buffer])[] = [
    ['whole logs', repeatedTo(bytes, passing)],
    ['logs with failures', repeatedTo(bytes, failing)],
    ['one test that fails', asOneTest(bytes, Buffer.concat([passing, failing]))],
  ]
  const figures = []
  for (const [name, log] of logs) figures.push(await measure(name, gzipSync(log)))
  const rows = figures.map(one => [one.name, one.withoutMs, one.withMs, one.ratio])
  report(
    'index',
    table(['log', 'without (ms)', 'with (ms)', 'ratio'], rows),
    { machine: facts, figures },
    values.json,
  )
}

if (values.help) process.stdout.write(HELP)
else await measureAll()
