import { type Command, InvalidArgumentError } from 'commander'
import { storeFolder } from '../../backends/index.ts'
import { Unavailable } from '../../domain/errors.ts'
import { distributionContainer } from '../../domain/run/container.ts'
import { isReleaseName } from '../../domain/test/test.ts'
import {
  type DownloadSummary,
  downloadAllResults,
  PARALLEL,
} from '../../operations/ingest/download-all-results.ts'
import type { Tally } from '../../operations/ingest/download-point.ts'
import { noteFilled } from '../../operations/ingest/first-fill.ts'
import { addRelease, type CommonOptions, describeCommand, Reported } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'
import { progressBar } from '../runtime/progress-bar.ts'
import { runReaders } from '../runtime/run-readers.ts'
import { onShutdown } from '../runtime/shutdown.ts'

interface Options extends CommonOptions {
  readonly release?: readonly string[]
  readonly container?: readonly string[]
  readonly parallel?: number
  readonly logHeads: boolean
  readonly json?: true
}

async function download(options: Options): Promise<void> {
  const config = loadConfig({ file: options.config })
  const signal = onShutdown()
  const { release = [], container = [] } = options
  const named = [...release.map(distributionContainer), ...container]
  const containers = named.length > 0 ? named : config.web.releases.map(distributionContainer)
  await using backends = await openInstallation(config, commandLog('warn'))
  const folder = storeFolder(config.backends)
  await using readers = folder === undefined ? undefined : runReaders({ root: folder })
  const endReaders = () => {
    readers?.close().catch(() => {})
  }
  signal.addEventListener('abort', endReaders, { once: true })
  const bar = progressBar(process.stderr)
  let summary: DownloadSummary
  try {
    summary = await downloadAllResults(backends, [...new Set(containers)], {
      signal,
      parallel: options.parallel ?? readers?.atOnce ?? PARALLEL,
      logHeads: options.logHeads,
      ...(readers === undefined ? {} : { readRun: readers.read }),
      onProgress: ({ container, listed, wanted, fetched }) =>
        bar.show(fetched, wanted, `${container}: ${fetched} of ${wanted} fetched, ${listed} seen`),
    })
    const isWhole = config.web.releases.every(one => containers.includes(distributionContainer(one)))
    if (isWhole) await noteFilled(backends)
  } catch (error) {
    throw signal.aborted ? new Unavailable('stopped; run the command again to resume') : error
  } finally {
    bar.clear()
  }
  report(summary, options.json ?? false)
}

function report(summary: DownloadSummary, json: boolean): void {
  const { broken, missing, sinceItBegan } = summary
  for (const container of missing) process.stderr.write(`warning: there is no container ${container}\n`)
  for (const { name, reason } of broken) process.stderr.write(`broken: ${name}: ${reason}\n`)
  const names = broken.map(run => run.name)
  const { new: found, known } = summary
  const total = { new: sinceItBegan.new, known: sinceItBegan.known, broken: sinceItBegan.broken.length }
  // Of a download that was never stopped both are the same
  const wasResumed = total.new !== found || total.known !== known || total.broken !== names.length
  const all = wasResumed ? `; since the start: ${inWords(sinceItBegan)}` : ''
  process.stdout.write(
    json
      ? `${JSON.stringify({ new: found, known, broken: names, ...(wasResumed && { sinceItBegan: total }) })}\n`
      : `${inWords(summary)}${all}\n`,
  )
  if (names.length > 0) throw new Reported()
}

function inWords({ new: found, known, left, broken }: Tally): string {
  return `${found} new, ${known} known, ${broken.length} broken${left > 0 ? `, ${left} without triggers left out` : ''}`
}

const PREFIX = distributionContainer('')

/** Only the runs of distribution containers are in the database. */
function addContainer(name: string, before: readonly string[] = []): string[] {
  if (!name.startsWith(PREFIX) || !isReleaseName(name.slice(PREFIX.length)))
    throw new InvalidArgumentError(`It must be ${PREFIX}RELEASE: runs of other containers are not recorded.`)
  return [...before, name]
}

function parseParallel(text: string): number {
  const count = Number(text)
  if (!/^\d{1,3}$/.test(text) || count === 0) throw new InvalidArgumentError('It must be from 1 to 999.')
  return count
}

export function downloadAllResultsCommand(): Command {
  return describeCommand({
    name: 'download-all-results',
    summary: 'Fill the database from the object store. A run that was stopped is resumed.',
    examples: [
      'autopkgtest-web download-all-results',
      'autopkgtest-web download-all-results --release noble --release jammy --json',
    ],
  })
    .option('--release <release>', 'only this one (may be repeated)', addRelease)
    .option('--container <container>', 'only this one (may be repeated)', addContainer)
    .option(
      '--parallel <count>',
      `how many runs are fetched at once (${PARALLEL}; from a folder, as many as keep its threads busy)`,
      parseParallel,
    )
    .option('--no-log-heads', 'skip what is only known from the head of each log: faster')
    .option('--json', 'print one JSON object')
    .action(download)
}
