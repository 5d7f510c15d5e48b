import type { Command } from 'commander'
import { distributionContainer } from '../domain/container.ts'
import { Unavailable } from '../domain/errors.ts'
import { type DownloadSummary, downloadAllResults } from '../operations/download-all-results.ts'
import { type CommonOptions, describeCommand, Reported } from './command.ts'
import { loadConfig } from './load-config.ts'
import { commandLog, openInstallation } from './open.ts'
import { progressBar } from './progress-bar.ts'
import { onShutdown } from './shutdown.ts'

interface Options extends CommonOptions {
  readonly release?: readonly string[]
  readonly container?: readonly string[]
  readonly json?: true
  readonly logHeads: boolean
}

async function download(options: Options): Promise<void> {
  const config = loadConfig({ file: options.config })
  const signal = onShutdown()
  const { release = [], container = [] } = options
  const named = [...release.map(distributionContainer), ...container]
  const containers = named.length > 0 ? named : config.web.releases.map(distributionContainer)
  await using backends = await openInstallation(config, commandLog('warn'))
  const bar = progressBar(process.stderr)
  let summary: DownloadSummary
  try {
    summary = await downloadAllResults(backends, [...new Set(containers)], {
      signal,
      logHeads: options.logHeads,
      onProgress: ({ container, listed, wanted, fetched }) =>
        bar.show(fetched, wanted, `${container}: ${fetched} of ${wanted} fetched, ${listed} seen`),
    })
  } catch (error) {
    throw signal.aborted ? new Unavailable('stopped; run it again to go on from here') : error
  } finally {
    bar.clear()
  }
  report(summary, options.json ?? false)
}

function report(summary: DownloadSummary, json: boolean): void {
  const { new: found, known, left, broken, missing } = summary
  for (const container of missing) process.stderr.write(`warning: there is no container ${container}\n`)
  for (const { name, reason } of broken) process.stderr.write(`broken: ${name}: ${reason}\n`)
  const names = broken.map(run => run.name)
  process.stdout.write(
    json
      ? `${JSON.stringify({ new: found, known, broken: names })}\n`
      : `${found} new, ${known} known, ${names.length} broken${left > 0 ? `, ${left} without triggers left out` : ''}\n`,
  )
  if (names.length > 0) throw new Reported()
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]

export function downloadAllResultsCommand(): Command {
  return describeCommand({
    name: 'download-all-results',
    summary: 'Fill the database from the object store; goes on where it was stopped.',
    examples: [
      'autopkgtest-web download-all-results',
      'autopkgtest-web download-all-results --release noble --release jammy --json',
    ],
  })
    .option('--release <release>', 'only this one (may be given several times)', collect)
    .option('--container <container>', 'only this one (may be given several times)', collect)
    .option('--no-log-heads', 'leave out what only the head of each log tells: faster')
    .option('--json', 'print one JSON object')
    .action(download)
}
