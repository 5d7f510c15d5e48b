import type { Command } from 'commander'
import { allEnded } from '../../domain/ending.ts'
import { openLog } from '../../log.ts'
import { type Exposition, openMetrics } from '../../metrics.ts'
import { checkListen } from '../../web/http/listen.ts'
import { describeCommand } from '../runtime/command.ts'
import { daemonsThread } from '../runtime/daemons-thread.ts'
import { copyExamples } from '../runtime/first-start/sample-data.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { mergeExpositions } from '../runtime/merge-expositions.ts'
import { openNotifier } from '../runtime/notify.ts'
import { openInstallation } from '../runtime/open.ts'
import { aborted, onShutdown } from '../runtime/shutdown.ts'
import { startScreen } from '../runtime/start-screen.ts'
import { openWebsiteIn } from '../runtime/website/website-or-processes.ts'
import type { WebsiteProcesses } from '../runtime/website/website-processes.ts'
import { addWebsiteOptions, type WebsiteOptions } from './serve.ts'
import { checkWorker, runInstalledWorker } from './worker.ts'

interface Options extends WebsiteOptions {
  readonly worker?: string
  readonly allowNull?: true
  readonly json?: true
}

/**
 * Website and daemons in one process over the same files, the daemons in a thread of their own: whatever they do, the
 * thread that answers requests is free. With several processes, the website is in those, and the daemons in this one.
 * On a terminal only the essentials and problems are printed; otherwise everything is logged, one JSON object per
 * line.
 */
async function start({ worker, processes = 1, json, ...options }: Options): Promise<void> {
  const config = loadConfig({ ...options, file: options.config, virt: worker })
  const isPerson = process.stderr.isTTY && !json
  const format = isPerson ? 'readable' : 'json'
  const level = options.verbose ? 'debug' : isPerson ? 'warn' : 'info'
  const log = openLog({ format, level })
  const screen = isPerson ? startScreen(process.stderr, config) : undefined
  const signal = onShutdown(log)
  if (worker !== undefined) checkWorker(config, log)
  const manager = openNotifier(signal, log)
  // Another one may be at work over the same files: nothing is changed before that is known
  await checkListen(config.web.listen)
  await using backends = await openInstallation(config, log)
  const { running } = backends.snapshots
  if (running.current().state === 'missing') await running.replace({})
  if (config.sampleData) await copyExamples(config)
  const metrics = openMetrics()
  const thread = daemonsThread(config, log, {
    level,
    format,
    onProgress: progress => screen?.filled(progress),
  })
  const finish = async ({ contentType, body }: Exposition) => ({
    contentType,
    body: mergeExpositions(body, await thread.metrics()),
  })
  // A part that ends by itself ends the others: never half a service
  const ending = new AbortController()
  let website: WebsiteProcesses | undefined
  let working: Promise<void> | undefined
  try {
    website = await openWebsiteIn(
      processes,
      config,
      { backends, log, level, format, metrics, finish },
      ending.signal,
    )
    screen?.listens(website.address)
    thread.start()
    if (worker !== undefined) working = runInstalledWorker(config, { backends, metrics, log }, ending.signal)
    manager.ready()
    const ends = [aborted(signal), website.failed]
    await Promise.race(working === undefined ? ends : [...ends, working])
    screen?.ends()
    log.info(
      {},
      'stopping: pages and tests in progress are finished first, unprocessed messages are returned to their queues',
    )
  } finally {
    ending.abort()
    await allEnded([working, website?.drain(), thread.stop()])
  }
  screen?.ended()
  log.info({}, 'everything has stopped')
}

export function startCommand(): Command {
  return addWebsiteOptions(
    describeCommand({
      name: 'start',
      summary:
        'Run the website and the daemons in one process; without a configuration file, with sample data.',
      examples: [
        'autopkgtest-web start',
        'autopkgtest-web start --listen 127.0.0.1:9000 --data-dir /srv/autopkgtest',
        'autopkgtest-web start --worker schroot:bookworm',
      ],
    }),
  )
    .option('--worker <server>', 'run tests too, such as: schroot:NAME')
    .option(
      '--allow-null',
      'with --worker null, allow tests to run on this host itself, where they may change anything',
    )
    .option('--json', 'log one JSON object per line, on a terminal as well')
    .action(start)
}
