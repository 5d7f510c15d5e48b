import { Command, CommanderError } from 'commander'
import { isFailure } from '../domain/errors.ts'
import { alertCommand } from './alert.ts'
import { VERSION } from './command.ts'
import { configCommand } from './config.ts'
import { daemonCommand } from './daemon.ts'
import { dbCommand } from './db.ts'
import { downloadAllResultsCommand } from './download-all-results.ts'
import { serveCommand } from './serve.ts'
import { startCommand } from './start.ts'

/** Exit statuses of every command. */
const FAILED = 1
const WRONG_USAGE = 2

function program(): Command {
  const all = new Command('autopkgtest-web')
    .description('The website of an autopkgtest service, and the daemons behind it.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError()
  const commands = [
    startCommand(),
    serveCommand(),
    daemonCommand(),
    downloadAllResultsCommand(),
    configCommand(),
    dbCommand(),
    alertCommand(),
  ]
  for (const command of commands) all.addCommand(command)
  return overrideExit(all)
}

/** Makes a command and all below it throw where they would end the process. */
function overrideExit(command: Command): Command {
  command.exitOverride()
  command.commands.forEach(overrideExit)
  return command
}

/** Says what went wrong: one sentence for what has a name, the stack of a bug. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  const text = isFailure(error) ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(
    `${text
      ?.split('\n')
      .map(line => `autopkgtest-web: ${line}`)
      .join('\n')}\n`,
  )
  return FAILED
}

try {
  await program().parseAsync()
} catch (error) {
  process.exitCode = report(error)
}
