/** Measures how long a kept page takes for one address while another attacks; see `--help`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { attack, delaysOf, delaysOfEach, startAttackedSite } from '../test/e2e/attacks.ts'
import { buildIfNeeded, endPrograms, memoryOf } from '../test/e2e/program.ts'
import { percentile } from './lib/percentiles.ts'
import { machine, report } from './lib/report.ts'

const HELP = `Measures how long a kept page takes for one address, beside an idle site and while another address attacks in
each of the ways of test/e2e/attacks.ts. The aim is a p99 under 100 ms. Another site, which nobody attacks, is asked in turn with it:
what both are slowed by is the machine.

  npm run bench:attacks -- --asked 500

  --asked N     how often the page is asked for beside each attack (500)
  --json FILE   where the figures go
`
const KEPT = '/packages/newlines'
const AIM_MS = 100

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    asked: { type: 'string', default: '500' },
    json: { type: 'string' },
  },
})

async function measureAll(): Promise<void> {
  buildIfNeeded()
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-attacks-'))
  const asked = Number(values.asked)
  try {
    const { site, idle, attacks } = await startAttackedSite(folder)
    await delaysOf(site, KEPT, asked)
    const rows: Row[] = []
    for (const one of attacks) {
      const attacking = await attack(site, one)
      const [beside = [], delays = []] = await delaysOfEach([idle, site], KEPT, asked)
      const { longest } = await attacking.stop()
      rows.push({ attack: one.name, ...figures(delays), idle: figures(beside), longestMb: longest / 1e6 })
    }
    const mostMb = memoryOf(site).most / 1e6
    const lines = rows.map(
      row =>
        `| ${row.attack} | ${row.p50.toFixed(1)} | ${row.p99.toFixed(1)}${row.p99 > AIM_MS ? ' (!)' : ''} | ${row.idle.p50.toFixed(1)} | ${row.idle.p99.toFixed(1)} | ${row.longestMb.toFixed(1)} |`,
    )
    const table = [
      '| attack | p50 ms | p99 ms | idle site p50 | idle site p99 | longest answer MB |',
      '| --- | --- | --- | --- | --- | --- |',
      ...lines,
    ].join('\n')
    report(
      'attacks',
      `${table}\n\nThe site had ${mostMb.toFixed(0)} MB at most.\n`,
      { machine: machine(), asked, rows, mostMb },
      values.json,
    )
  } finally {
    await endPrograms()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Figures {
  readonly p50: number
  readonly p99: number
}

interface Row extends Figures {
  readonly attack: string
  readonly idle: Figures
  readonly longestMb: number
}

const figures = (delays: readonly number[]): Figures => ({
  p50: percentile(delays, 50),
  p99: percentile(delays, 99),
})

if (values.help) process.stdout.write(HELP)
else await measureAll()
