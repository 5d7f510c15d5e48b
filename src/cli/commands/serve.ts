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
    .option('--listen <host:port>', 'the address to listen on, overriding [web] listen', checkAddress)
    .option('--data-dir <folder>', 'the data directory, overriding [web] data_dir')
    .option(
      '--processes <count>',
      'the number of website processes, which share one port; auto: one per processor',
      parseProcesses,
    )
    .option('--verbose', 'log every request as well')
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
    log.info({}, 'stopping: pages in progress are finished first')
  } finally {
    await website.drain()
  }
}

export function serveCommand(): Command {
  return addWebsiteOptions(
    describeCommand({
      name: 'serve',
      summary: 'Run the website alone; the daemons run elsewhere.',
      examples: [
        'autopkgtest-web serve --config site.conf --listen 0.0.0.0:8080',
        'autopkgtest-web serve --processes auto',
      ],
    }),
  ).action(serve)
}
