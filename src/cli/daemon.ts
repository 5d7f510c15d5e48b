import { Argument, type Command } from 'commander'
import { DAEMONS, runDaemons } from '../daemons/index.ts'
import { openMetrics } from '../metrics.ts'
import { type CommonOptions, describeCommand } from './command.ts'
import { loadConfig } from './load-config.ts'
import { commandLog, daemonSettings, openInstallation } from './open.ts'
import { aborted, onShutdown } from './shutdown.ts'

async function runNamed(names: readonly string[], options: CommonOptions): Promise<void> {
  const config = loadConfig({ file: options.config })
  const log = commandLog()
  const signal = onShutdown()
  await using backends = await openInstallation(config, log)
  const deps = { backends, settings: daemonSettings(config), metrics: openMetrics(), log }
  const running = await runDaemons(names, deps, signal)
  log.info({ daemons: names }, 'the daemons run')
  await aborted(signal)
  await running.stop()
  log.info({}, 'the daemons have stopped')
}

export function daemonCommand(): Command {
  const names = DAEMONS.map(daemon => daemon.name)
  return describeCommand({
    name: 'daemon',
    summary: 'Run one or several daemons until SIGTERM.',
    examples: [
      'autopkgtest-web daemon download-results index-results',
      'autopkgtest-web daemon cache-amqp --config site.conf',
    ],
  })
    .addArgument(new Argument('<name...>', 'which ones').choices(names))
    .action(runNamed)
}
