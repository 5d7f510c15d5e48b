import type { Command } from 'commander'
import type { Backends } from '../../../backends/index.ts'
import type { Config } from '../../../config/config.ts'
import { BadInput, Unavailable } from '../../../domain/errors.ts'
import { distributionContainer, runDirectory } from '../../../domain/run/container.ts'
import { compareWithStore, type StoreDifference } from '../../../operations/ingest/compare-with-store.ts'
import { repairResult } from '../../../operations/ingest/repair-results.ts'
import { addRelease, type CommonOptions, describeCommand, Reported } from '../../runtime/command.ts'
import { loadConfig } from '../../runtime/load-config.ts'
import { commandLog, openInstallation } from '../../runtime/open.ts'
import { progressBar } from '../../runtime/progress-bar.ts'
import { onShutdown } from '../../runtime/shutdown.ts'

interface Options extends CommonOptions {
  readonly json?: true
  readonly againstStore?: true
  readonly repair?: true
  readonly release?: readonly string[]
  readonly contents: boolean
}

async function check(options: Options): Promise<void> {
  if (!options.againstStore && (options.repair || options.release || !options.contents))
    throw new BadInput('--repair, --release and --no-contents need --against-store')
  const config = loadConfig({ file: options.config })
  await using backends = await openInstallation(config, commandLog('warn'))
  await (options.againstStore ? checkStore(backends, config, options) : checkIntegrity(backends, options))
}

async function checkIntegrity({ results, derived, state }: Backends, { json }: Options): Promise<void> {
  const problems: string[] = []
  for (const [name, database] of Object.entries({ results, derived, state })) {
    for (const problem of await database.check()) problems.push(`${name}: ${problem}`)
  }
  if (json) process.stdout.write(`${JSON.stringify({ problems }, null, 2)}\n`)
  else if (problems.length === 0) process.stdout.write('no problems found with the databases\n')
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) throw new Reported()
}

async function checkStore(backends: Backends, config: Config, options: Options): Promise<void> {
  const signal = onShutdown()
  const bar = progressBar(process.stderr)
  const counts = { missing: 0, extra: 0, different: 0, broken: 0 }
  let left = 0
  try {
    for (const release of options.release ?? config.web.releases) {
      const found = await compareWithStore(backends, release, {
        contents: options.contents,
        signal,
        onProgress: runs => bar.show(0, 1, `${release}: ${runs} runs`),
      })
      if (found === undefined) {
        process.stderr.write(`warning: there is no container ${distributionContainer(release)}\n`)
        continue
      }
      for await (const difference of found) {
        bar.clear()
        counts[difference.kind] += 1
        process.stdout.write(options.json ? `${JSON.stringify(difference)}\n` : `${said(difference)}\n`)
        if (!(options.repair && (await repairResult(backends, difference)))) left += 1
      }
    }
  } catch (error) {
    throw signal.aborted ? new Unavailable('stopped') : error
  } finally {
    bar.clear()
  }
  const total = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`)
  process.stderr.write(`${total.join(', ')}${options.repair ? `; ${left} left` : ''}\n`)
  if (left > 0) throw new Reported()
}

function said(difference: StoreDifference): string {
  const { kind, run } = difference
  const name = `${kind}: ${distributionContainer(run.release)}/${runDirectory(run)}`
  if (kind === 'different') return `${name}: ${difference.columns.join(', ')}`
  return kind === 'broken' ? `${name}: ${difference.reason}` : name
}

export function checkCommand(): Command {
  return describeCommand({
    name: 'check',
    summary: 'Check schemas and integrity, or compare the results with the object store.',
    examples: [
      'autopkgtest-web db check --json',
      'autopkgtest-web db check --against-store --release noble --repair',
    ],
  })
    .option('--against-store', 'name each run that is missing, extra or different in the database')
    .option('--repair', 'change the database to match the store')
    .option('--release <release>', 'only this one (may be repeated)', addRelease)
    .option('--no-contents', 'compare names only, without reading the files of each run: much faster')
    .option('--json', 'print one JSON object; with --against-store, one per line')
    .action(check)
}
