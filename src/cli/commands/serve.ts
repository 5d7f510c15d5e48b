import type { Command } from 'commander'
import { openMetrics } from '../../metrics.ts'
import { checkListen } from '../../web/http/listen.ts'
import { type CommonOptions, describeCommand, parseAddress } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { openNotifier } from '../runtime/notify.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'
import { aborted, onShutdown } from '../runtime/shutdown.ts'
import { openWebsite } from '../runtime/website.ts'

/** The options of the commands that listen. */
export interface WebsiteOptions extends CommonOptions {
  readonly listen?: string
  readonly dataDir?: string
  readonly verbose?: true
}

function checkAddress(text: string): string {
  parseAddress(text)
  return text
}

export function addWebsiteOptions(command: Command): Command {
  return command
    .option('--listen <host:port>', 'where to listen, in place of [web] listen', checkAddress)
    .option('--data-dir <folder>', 'where to keep data, in place of [web] data_dir')
    .option('--verbose', 'log every request too')
}

async function serve(options: WebsiteOptions): Promise<void> {
  const config = loadConfig({ ...options, file: options.config })
  const log = commandLog(options.verbose ? 'debug' : 'info')
  const signal = onShutdown(log)
  const manager = openNotifier(signal, log)
  await checkListen(config.web.listen)
  await using backends = await openInstallation(config, log)
  const website = await openWebsite(config, { backends, metrics: openMetrics(), log }, signal)
  manager.ready()
  await aborted(signal)
  log.info({}, 'asked to end: pages under way finish')
  await website.drain()
}

export function serveCommand(): Command {
  return addWebsiteOptions(
    describeCommand({
      name: 'serve',
      summary: 'Run the website alone, over what the daemons keep up to date.',
      examples: ['autopkgtest-web serve --config site.conf --listen 0.0.0.0:8080'],
    }),
  ).action(serve)
}
