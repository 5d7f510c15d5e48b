import type { Command } from 'commander'
import { Conflict } from '../../../domain/errors.ts'
import { UNFILLED } from '../../../operations/ingest/first-fill.ts'
import { publishDatabase } from '../../../operations/publish/publish-database.ts'
import { type CommonOptions, describeCommand } from '../../runtime/command.ts'
import { loadConfig } from '../../runtime/load-config.ts'
import { commandLog, openInstallation } from '../../runtime/open.ts'
import { onShutdown } from '../../runtime/shutdown.ts'

interface Options extends CommonOptions {
  readonly evenIfUnfilled?: true
}

async function publish({ config, evenIfUnfilled }: Options): Promise<void> {
  const signal = onShutdown()
  await using backends = await openInstallation(loadConfig({ file: config }), commandLog('warn'))
  const { outcome } = await publishDatabase(backends, undefined, signal, {
    evenIfUnfilled: evenIfUnfilled ?? false,
  })
  if (outcome === 'unfilled') throw new Conflict(`${UNFILLED}; --even-if-unfilled publishes it anyway`)
  process.stdout.write(`${SAID[outcome]}\n`)
}

const SAID = {
  published: 'published',
  unchanged: 'the published copy is already up to date',
  busy: 'another process is publishing it',
} as const

export function publishCommand(): Command {
  return describeCommand({
    name: 'publish',
    summary: 'Publish the results database now, as the daemon publish-db does when it has changed.',
    examples: ['autopkgtest-web db publish', 'autopkgtest-web db publish --even-if-unfilled'],
  })
    .option(
      '--even-if-unfilled',
      'publish even before the database has been filled from the store; clients will take it for complete',
    )
    .action(publish)
}
