import { Argument, type Command } from 'commander'
import type { Listen } from '../../config/values.ts'
import { daemonsNamed, EVERY_ONE, runDaemons } from '../../daemons/index.ts'
import { openMetrics } from '../../metrics.ts'
import { type CommonOptions, describeCommand, parseAddress } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { serveMetrics } from '../runtime/metrics-server.ts'
import { openNotifier } from '../runtime/notify.ts'
import { commandLog, daemonSettings, openInstallation } from '../runtime/open.ts'
import { aborted, onShutdown } from '../runtime/shutdown.ts'

interface Options extends CommonOptions {
  readonly metrics?: Listen
}

async function runNamed(given: readonly string[], options: Options): Promise<void> {
  const names = daemonsNamed(given)
  const config = loadConfig({ file: options.config })
  const log = commandLog()
  const signal = onShutdown(log)
  const manager = openNotifier(signal, log)
  const metrics = openMetrics()
  await using _scraped = options.metrics && (await serveMetrics(options.metrics, metrics, log))
  await using backends = await openInstallation(config, log)
  const deps = { backends, settings: daemonSettings(config), metrics, log }
  const running = await runDaemons(names, deps, signal)
  log.info({ daemons: names }, 'the daemons are running')
  manager.ready()
  await aborted(signal)
  await running.stop()
  log.info({}, 'the daemons have stopped')
}

export function daemonCommand(): Command {
  return describeCommand({
    name: 'daemon',
    summary: 'Run one or several daemons until SIGTERM.',
    examples: [
      'autopkgtest-web daemon download-results index-results',
      'autopkgtest-web daemon all',
      'autopkgtest-web daemon cache-amqp --metrics 127.0.0.1:9101 --config site.conf',
    ],
  })
    .addArgument(
      new Argument('<name...>', `the names of the daemons, or \`${EVERY_ONE}\``).choices([
        ...daemonsNamed([EVERY_ONE]),
        EVERY_ONE,
      ]),
    )
    .option('--metrics <host:port>', 'the address on which Prometheus may read GET /metrics', parseAddress)
    .action(runNamed)
}
