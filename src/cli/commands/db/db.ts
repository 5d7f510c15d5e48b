import type { Command } from 'commander'
import { type CommonOptions, describeCommand, describeGroup } from '../../runtime/command.ts'
import { loadConfig } from '../../runtime/load-config.ts'
import { commandLog, openInstallation } from '../../runtime/open.ts'
import { backupCommand, restoreCommand } from './db-backup.ts'
import { checkCommand } from './db-check.ts'
import { publishCommand } from './db-publish.ts'

/** Opening brings every schema up to date; that is all there is to it. */
async function migrate(options: CommonOptions): Promise<void> {
  await using backends = await openInstallation(loadConfig({ file: options.config }), commandLog())
  process.stdout.write(`the databases are up to date (results database ${await backends.results.id()})\n`)
}

export function dbCommand(): Command {
  const group = describeGroup({
    name: 'db',
    summary: 'Migrate, check, publish, back up and restore the databases.',
    examples: ['autopkgtest-web db migrate', 'autopkgtest-web db check', 'autopkgtest-web db backup'],
  })
  group.addCommand(
    describeCommand({
      name: 'migrate',
      summary: 'Create the databases, or bring their schemas up to date (every start does so, too).',
      examples: ['autopkgtest-web db migrate --config site.conf'],
    }).action(migrate),
  )
  group.addCommand(checkCommand())
  group.addCommand(publishCommand())
  group.addCommand(backupCommand())
  group.addCommand(restoreCommand())
  return group
}
