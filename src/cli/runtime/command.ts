import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { type Listen, listen } from '../../config/values.ts'
import { messageOf } from '../../domain/errors.ts'
import { isReleaseName } from '../../domain/test/test.ts'

/** The version in package.json, which lies two folders above both src/cli and dist/cli. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** The command has failed, and has said why already. */
export class Reported extends Error {}

export interface CommandSpec {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Whole command lines, shown below the options. */
  readonly examples: readonly string[]
}

/** The options that every command has. */
export interface CommonOptions {
  readonly config?: string
}

/** A command that only holds others. */
export function describeGroup(spec: CommandSpec): Command {
  const examples = spec.examples.map(example => `  ${example}`).join('\n')
  return new Command(spec.name)
    .description(spec.summary)
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', `\n${spec.examples.length > 1 ? 'Examples' : 'Example'}:\n${examples}`)
}

/** A command with what all commands share: `--config`, `--version`, and examples in its help. */
export function describeCommand(spec: CommandSpec): Command {
  return describeGroup(spec).option('--config <file>', 'the configuration file').allowExcessArguments(false)
}

/** Parses the `HOST:PORT` of an option; one that is not is wrong usage. */
export function parseAddress(text: string): Listen {
  try {
    return listen(text)
  } catch (error) {
    throw new InvalidArgumentError(`It ${messageOf(error)}.`)
  }
}

/** Gathers the values of an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

/** As {@link collect}, for the names of releases. */
export function addRelease(name: string, before?: readonly string[]): string[] {
  if (!isReleaseName(name)) throw new InvalidArgumentError('It must be the name of a release.')
  return collect(name, before)
}
