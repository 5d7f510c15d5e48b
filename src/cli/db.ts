import type { Command } from 'commander'
import { type CommonOptions, describeCommand, describeGroup, Reported } from './command.ts'
import { backupCommand, restoreCommand } from './db-backup.ts'
import { loadConfig } from './load-config.ts'
import { commandLog, openInstallation } from './open.ts'

interface Options extends CommonOptions {
  readonly json?: true
}

/** Opening brings every schema up to date; that is all there is to it. */
async function migrate(options: CommonOptions): Promise<void> {
  await using backends = await openInstallation(loadConfig({ file: options.config }), commandLog())
  process.stdout.write(`the databases are up to date (results database ${await backends.results.id()})\n`)
}

async function check(options: Options): Promise<void> {
  await using backends = await openInstallation(loadConfig({ file: options.config }), commandLog('warn'))
  const { results, derived, state } = backends
  const problems: string[] = []
  for (const [name, database] of Object.entries({ results, derived, state })) {
    for (const problem of await database.check()) problems.push(`${name}: ${problem}`)
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ problems }, null, 2)}\n`)
  else if (problems.length === 0) process.stdout.write('nothing is wrong with the databases\n')
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) throw new Reported()
}

export function dbCommand(): Command {
  const group = describeGroup({
    name: 'db',
    summary: 'Look after the databases.',
    examples: ['autopkgtest-web db migrate', 'autopkgtest-web db check'],
  })
  group.addCommand(
    describeCommand({
      name: 'migrate',
      summary: 'Make the databases, or bring their schemas up to date (as every start does).',
      examples: ['autopkgtest-web db migrate --config site.conf'],
    }).action(migrate),
  )
  group.addCommand(
    describeCommand({
      name: 'check',
      summary: 'Check the schemas, and the integrity as the database engine itself sees it.',
      examples: ['autopkgtest-web db check --json'],
    })
      .option('--json', 'print one JSON object')
      .action(check),
  )
  group.addCommand(backupCommand())
  group.addCommand(restoreCommand())
  return group
}
