import { Command, CommanderError } from 'commander'
import { isFailure } from '../../domain/errors.ts'
import { Reported, VERSION } from './command.ts'

/** Exit statuses of every command. */
const FAILED = 1
const WRONG_USAGE = 2

/** The commands in the order of the help. Only the requested one is loaded, as most of them need little. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('../commands/start.ts')).startCommand(),
  serve: async () => (await import('../commands/serve.ts')).serveCommand(),
  daemon: async () => (await import('../commands/daemon.ts')).daemonCommand(),
  worker: async () => (await import('../commands/worker.ts')).workerCommand(),
  'download-all-results': async () =>
    (await import('../commands/download-all-results.ts')).downloadAllResultsCommand(),
  config: async () => (await import('../commands/config.ts')).configCommand(),
  db: async () => (await import('../commands/db/db.ts')).dbCommand(),
  request: async () => (await import('../commands/request.ts')).requestCommand(),
  queue: async () => (await import('../commands/queue.ts')).queueCommand(),
  release: async () => (await import('../commands/release.ts')).releaseCommand(),
  alert: async () => (await import('../commands/alert.ts')).alertCommand(),
  'api-key': async () => (await import('../commands/api-key.ts')).apiKeyCommand(),
  log: async () => (await import('../commands/log/log.ts')).logCommand(),
  'session-key': async () => (await import('../commands/session-key.ts')).sessionKeyCommand(),
}

/** The command line: the requested command, or all of them. */
export async function commandLine(asked?: string): Promise<Command> {
  const all = new Command('autopkgtest-web')
    .description('The website of an autopkgtest service, and the daemons behind it.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError()
  const one = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined
  for (const load of one ? [one] : Object.values(COMMANDS)) all.addCommand(await load())
  return overrideExit(all)
}

/** Makes a command and all below it throw where they would end the process. */
function overrideExit(command: Command): Command {
  command.exitOverride()
  command.commands.forEach(overrideExit)
  return command
}

/** Runs a command line and returns its exit status. What goes wrong is said on stderr. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await (await commandLine(args[0])).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    return reportFailure(error)
  }
}

/** Says what went wrong: one sentence for what has a name, the stack of a bug. */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  if (error instanceof Reported) return FAILED
  const text = isFailure(error) ? error.message : error instanceof Error ? error.stack : String(error)
  for (const line of text?.split('\n') ?? []) process.stderr.write(`autopkgtest-web: ${line}\n`)
  return FAILED
}
