import type { Command } from 'commander'
import { openMetrics } from '../metrics.ts'
import { describeCommand } from './command.ts'
import { daemonsThread } from './daemons-thread.ts'
import { loadConfig } from './load-config.ts'
import { mergeExpositions } from './merge-expositions.ts'
import { commandLog, openInstallation } from './open.ts'
import { copyExamples } from './sample-data.ts'
import { addWebsiteOptions, type WebsiteOptions } from './serve.ts'
import { aborted, onShutdown } from './shutdown.ts'
import { openWebsite } from './website.ts'

/**
 * Website and daemons in one process over the same files, the daemons in a thread of their own: whatever they do, the
 * thread that answers requests is free.
 */
async function start(options: WebsiteOptions): Promise<void> {
  const config = loadConfig({ ...options, file: options.config })
  const level = options.verbose ? 'debug' : 'info'
  const log = commandLog(level)
  const signal = onShutdown()
  await using backends = await openInstallation(config, log)
  const { running } = backends.snapshots
  if (running.current().state === 'missing') await running.replace({})
  if (config.sampleData) await copyExamples(config)
  const metrics = openMetrics()
  const thread = daemonsThread(config, log, level)
  try {
    const merged = {
      ...metrics,
      async render() {
        const { contentType, body } = await metrics.render()
        return { contentType, body: mergeExpositions(body, await thread.metrics()) }
      },
    }
    const website = await openWebsite(config, { backends, metrics: merged, log }, signal)
    thread.start()
    await aborted(signal)
    log.info({}, 'asked to end: pages under way finish, messages not dealt with go back')
    await Promise.all([website.drain(), thread.stop()])
  } finally {
    await thread.stop()
  }
  log.info({}, 'everything has stopped')
}

export function startCommand(): Command {
  return addWebsiteOptions(
    describeCommand({
      name: 'start',
      summary: 'Run website and daemons in one process; without a configuration file, with sample data.',
      examples: [
        'autopkgtest-web start',
        'autopkgtest-web start --listen 127.0.0.1:9000 --data-dir /srv/autopkgtest',
      ],
    }),
  ).action(start)
}
