import { accessSync, constants } from 'node:fs'
import type { Command } from 'commander'
import type { Backends } from '../../backends/index.ts'
import type { Config } from '../../config/config.ts'
import type { Listen } from '../../config/values.ts'
import { BadInput, Unavailable } from '../../domain/errors.ts'
import { NULL_WARNING } from '../../domain/testbed/virt-server.ts'
import type { Log } from '../../log.ts'
import { type Metrics, openMetrics } from '../../metrics.ts'
import { runWorker, type WorkerSettings } from '../../worker/worker.ts'
import { type CommonOptions, describeCommand, parseAddress } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { serveMetrics } from '../runtime/metrics-server.ts'
import { type Notifier, openNotifier } from '../runtime/notify.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'
import { onShutdown } from '../runtime/shutdown.ts'

interface Options extends CommonOptions {
  readonly virt?: string
  readonly slots?: string
  readonly allowNull?: true
  readonly metrics?: Listen
}

/** The settings of the worker. Throws BadInput if the configuration does not say where tests run. */
export function workerSettings({ worker }: Config): WorkerSettings {
  const { virt, timeouts, longTimeouts, pocket, aptUpgrade, extraArgs, bigArgs } = worker
  if (virt === undefined)
    throw new BadInput('[worker] virt: is missing; it says where tests run, such as: schroot $RELEASE-$ARCH')
  const { neverRun, longTests, bigPackages } = worker
  return {
    releases: worker.releases,
    arches: worker.arches,
    slots: worker.slots,
    spool: worker.outputDir,
    autopkgtest: worker.autopkgtest,
    command: { virt, bigArgs, extraArgs, pocket, aptUpgrade, timeouts, longTimeouts },
    ppas: {
      publicUrl: worker.ppaUrl,
      privateUrl: worker.privatePpaUrl,
      keyserverUrl: worker.keyserverUrl,
      launchpadUrl: worker.launchpadUrl,
    },
    lists: { neverRun, longTests, bigPackages },
    limitMs: worker.longestRun * 1000,
  }
}

/** Says what cannot work before anything is opened, or taken from a queue. */
export function checkWorker(config: Config, log: Log): void {
  const { worker } = config
  workerSettings(config)
  for (const file of [worker.neverRun, worker.longTests, worker.bigPackages, worker.autopkgtest]) {
    if (file === undefined) continue
    try {
      accessSync(file, file === worker.autopkgtest ? constants.X_OK : constants.R_OK)
    } catch {
      throw new Unavailable(`[worker]: there is no ${file}, or it cannot be executed`)
    }
  }
  if (worker.virt?.server === 'null') log.warn({}, NULL_WARNING)
}

/** Runs the worker of an installation that was checked until the signal; what runs then finishes. */
export async function runInstalledWorker(
  config: Config,
  deps: {
    readonly backends: Pick<Backends, 'broker' | 'store'>
    readonly metrics: Metrics
    readonly log: Log
  },
  signal: AbortSignal,
): Promise<void> {
  const { backends, metrics } = deps
  const log = deps.log.child({ part: 'worker' })
  const { broker, store } = backends
  await runWorker({ broker, store, metrics, log }, workerSettings(config), signal)
}

/** Runs the worker until it is stopped, or until SIGHUP requests a restart with a new configuration. */
async function live(
  options: Options,
  ending: AbortSignal,
  { log, manager }: { readonly log: Log; readonly manager: Notifier },
): Promise<'again' | 'end'> {
  const config = loadConfig({ ...options, file: options.config })
  const again = new AbortController()
  const hangUp = () => {
    log.info({}, 'SIGHUP: running tests finish, then the configuration is read again')
    again.abort()
  }
  process.on('SIGHUP', hangUp)
  try {
    checkWorker(config, log)
    const metrics = openMetrics()
    await using _scraped = options.metrics && (await serveMetrics(options.metrics, metrics, log))
    await using backends = await openInstallation(config, log)
    manager.ready()
    await runInstalledWorker(config, { backends, metrics, log }, AbortSignal.any([ending, again.signal]))
    log.info({}, 'the worker has stopped')
  } finally {
    process.off('SIGHUP', hangUp)
  }
  return ending.aborted ? 'end' : 'again'
}

async function work(options: Options): Promise<void> {
  const log = commandLog()
  const ending = onShutdown(log)
  const manager = openNotifier(ending, log)
  while ((await live(options, ending, { log, manager })) === 'again');
}

export function workerCommand(): Command {
  return describeCommand({
    name: 'worker',
    summary: 'Take requests from the queues and run them with autopkgtest until SIGTERM.',
    examples: [
      "autopkgtest-web worker --virt 'schroot $RELEASE-$ARCH'",
      'autopkgtest-web worker --slots 4 --config site.conf',
    ],
  })
    .option('--virt <server>', 'where tests run, overriding [worker] virt')
    .option('--slots <n>', 'how many tests run at once, overriding [worker] slots')
    .option(
      '--allow-null',
      'allow tests to run on this host itself (with --virt null), where they may change anything',
    )
    .option('--metrics <host:port>', 'the address on which Prometheus may read GET /metrics', parseAddress)
    .action(work)
}
