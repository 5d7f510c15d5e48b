import type { Command } from 'commander'
import { completeQueueOf } from '../../daemons/download-results.ts'
import { BadInput, Unavailable } from '../../domain/errors.ts'
import { isReleaseName } from '../../domain/test/test.ts'
import { releaseContainers, removeContainer } from '../../operations/releases/remove-containers.ts'
import { removeRelease } from '../../operations/releases/remove-release.ts'
import { seedRelease } from '../../operations/releases/seed-release.ts'
import { type CommonOptions, describeCommand, describeGroup } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'
import { progressBar } from '../runtime/progress-bar.ts'
import { onShutdown } from '../runtime/shutdown.ts'

interface Options extends CommonOptions {
  readonly dryRun?: true
  readonly json?: true
}

interface ReleaseRemoveFlags extends Options {
  readonly objects?: true
}

async function seed(from: string, to: string, options: Options): Promise<void> {
  const config = loadConfig({ file: options.config })
  if (!config.web.releases.includes(to))
    throw new BadInput(`${to} is not in [web] releases: a website would not show it`)
  const signal = onShutdown()
  await using backends = await openInstallation(config, commandLog('warn'))
  const completeQueue = await completeQueueOf(backends.results, config.daemons)
  const dryRun = options.dryRun ?? false
  const seeded = await untilStopped(
    signal,
    seedRelease(backends, { from, to, completeQueue, dryRun, signal }),
  )
  const { sent, known, left } = seeded
  print(
    options,
    seeded,
    `${sent} ${dryRun ? 'would be sent' : 'sent'}, ${known} known, ${left} without triggers or exit code left out`,
  )
}

async function remove(release: string, options: ReleaseRemoveFlags): Promise<void> {
  if (!isReleaseName(release)) throw new BadInput(`${JSON.stringify(release)} is not the name of a release`)
  const config = loadConfig({ file: options.config })
  const dryRun = options.dryRun ?? false
  if (!dryRun && config.web.releases.includes(release))
    throw new BadInput(
      `${release} is in [web] releases: remove it from there and restart first, or its runs come back`,
    )
  const signal = onShutdown()
  await using backends = await openInstallation(config, commandLog('warn'))
  const bar = progressBar(process.stderr)
  const { tests, runs } = await untilStopped(
    signal,
    removeRelease(backends, release, {
      dryRun,
      signal,
      onProgress: ({ tests, runs }) => bar.show(0, 1, `${runs} runs of ${tests} tests`),
    }),
  )
  const containers: Record<string, number> = {}
  for (const name of options.objects ? await releaseContainers(backends.store, release) : []) {
    containers[name] = await untilStopped(
      signal,
      removeContainer(backends.store, name, {
        dryRun,
        signal,
        onProgress: count => bar.show(0, 1, `${name}: ${count} objects`),
      }),
    )
  }
  bar.clear()
  const lines = Object.entries(containers).map(([name, count]) => `${name}: ${count} objects`)
  const what = dryRun ? 'would be removed' : 'removed'
  print(options, { tests, runs, containers }, [`${runs} runs of ${tests} tests ${what}`, ...lines].join('\n'))
}

async function untilStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return work.catch(error => {
    throw signal.aborted ? new Unavailable('stopped; run the command again to resume') : error
  })
}

function print(options: Options, value: object, text: string): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${text}\n`)
}

export function releaseCommand(): Command {
  const group = describeGroup({
    name: 'release',
    summary: 'Add or retire a release.',
    examples: ['autopkgtest-web release seed noble questing'],
  })
  group.addCommand(
    describeCommand({
      name: 'seed',
      summary: 'Give a new release the newest result of each test of an old one as its baseline.',
      examples: ['autopkgtest-web release seed noble questing --dry-run'],
    })
      .argument('<old>', 'the release whose results are taken')
      .argument('<new>', 'the release that gets them')
      .option('--dry-run', 'only show the numbers')
      .option('--json', 'print one JSON object')
      .action(seed),
  )
  group.addCommand(
    describeCommand({
      name: 'remove',
      summary: 'Remove a release from the database; the service may run meanwhile.',
      examples: [
        'autopkgtest-web release remove focal --dry-run --objects',
        'autopkgtest-web release remove focal --objects',
      ],
    })
      .argument('<release>', 'the release, which is no longer in the configuration')
      .option('--dry-run', 'only show the numbers')
      .option('--objects', 'also remove its containers, including those of PPAs and private ones')
      .option('--json', 'print one JSON object')
      .action(remove),
  )
  return group
}
