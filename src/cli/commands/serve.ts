import type { Command } from 'commander'
import { openLog } from '../../log.ts'
import { openMetrics } from '../../metrics.ts'
import { checkListen } from '../../web/http/listen.ts'
import { type CommonOptions, describeCommand, parseAddress } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { openNotifier } from '../runtime/notify.ts'
import { openInstallation, terminalFormat } from '../runtime/open.ts'
import { aborted, onShutdown } from '../runtime/shutdown.ts'
import { openWebsiteIn, parseProcesses } from '../runtime/website/website-or-processes.ts'

/** The options of the commands that listen. */
export interface WebsiteOptions extends CommonOptions {
  readonly listen?: string
  readonly dataDir?: string
  readonly verbose?: true
  readonly processes?: number
}

function checkAddress(text: string): string {
  parseAddress(text)
  return text
}

export function addWebsiteOptions(command: Command): Command {
  return command
    .option('--listen <host:port>', 'where to listen, in place of [web] listen', checkAddress)
    .option('--data-dir <folder>', 'where to keep data, in place of [web] data_dir')
    .option(
      '--processes <count>',
      'run the website in so many processes on one port; auto: one for each processor',
      parseProcesses,
    )
    .option('--verbose', 'log every request too')
}

async function serve({ processes = 1, ...options }: WebsiteOptions): Promise<void> {
  const config = loadConfig({ ...options, file: options.config })
  const level = options.verbose ? 'debug' : 'info'
  const format = terminalFormat()
  const log = openLog({ format, level })
  const signal = onShutdown(log)
  const manager = openNotifier(signal, log)
  await checkListen(config.web.listen)
  // What is wrong with the installation is said here, once; several processes then open it for themselves
  const backends = await openInstallation(config, log)
  if (processes > 1) await backends[Symbol.asyncDispose]()
  await using _own = processes > 1 ? undefined : backends
  const parts = { backends, log, level, format, metrics: openMetrics() } as const
  const website = await openWebsiteIn(processes, config, parts, signal)
  manager.ready()
  try {
    await Promise.race([aborted(signal), website.failed])
    log.info({}, 'asked to end: pages under way finish')
  } finally {
    await website.drain()
  }
}

export function serveCommand(): Command {
  return addWebsiteOptions(
    describeCommand({
      name: 'serve',
      summary: 'Run the website alone, over what the daemons keep up to date.',
      examples: [
        'autopkgtest-web serve --config site.conf --listen 0.0.0.0:8080',
        'autopkgtest-web serve --processes auto',
      ],
    }),
  ).action(serve)
}
