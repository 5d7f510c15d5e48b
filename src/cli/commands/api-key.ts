import { type Command, InvalidArgumentError } from 'commander'
import { BadInput } from '../../domain/errors.ts'
import { isLaunchpadName } from '../../domain/request/launchpad-name.ts'
import { type CommonOptions, describeCommand, describeGroup, Reported } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'

interface JsonOptions extends CommonOptions {
  readonly json?: true
}

interface CreateOptions extends JsonOptions {
  readonly expires?: Date
}

const DAY_MS = 86_400_000
const MOST_DAYS = 36_500

/** A day (its beginning in UTC), or a number of days from now. */
function parseExpiry(text: string): Date {
  const isDays = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_DAYS
  const at = isDays ? Date.now() + Number(text) * DAY_MS : Date.parse(text)
  if (!isDays && (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at)))
    throw new InvalidArgumentError('It must be a date such as 2027-12-31, or a number of days.')
  if (at <= Date.now()) throw new InvalidArgumentError('It must be in the future.')
  return new Date(at)
}

const open = (options: CommonOptions) =>
  openInstallation(loadConfig({ file: options.config }), commandLog('warn'))

async function create(name: string, options: CreateOptions): Promise<void> {
  if (!isLaunchpadName(name)) throw new BadInput(`"${name}" is not a name on Launchpad`)
  await using backends = await open(options)
  const key = await backends.state.accounts.createKey(name, options.expires, new Date())
  process.stdout.write(options.json ? `${JSON.stringify({ name, key })}\n` : `${key}\n`)
}

async function list(options: JsonOptions): Promise<void> {
  await using backends = await open(options)
  const keys = await backends.state.accounts.keys()
  if (options.json) {
    const rows = keys.map(key => ({
      ...key,
      expires: key.expires ?? null,
      lastUsed: key.lastUsed ?? null,
    }))
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    return
  }
  const day = (date: Date | undefined, otherwise: string) => date?.toISOString().slice(0, 10) ?? otherwise
  for (const { id, name, created, expires, lastUsed } of keys) {
    const dates = [`created ${day(created, '')}`, `expires ${day(expires, 'never')}`]
    process.stdout.write(`${[id, name, ...dates, `used ${day(lastUsed, 'never')}`].join('\t')}\n`)
  }
}

async function revoke(ids: readonly string[], options: CommonOptions): Promise<void> {
  await using backends = await open(options)
  const unknown: string[] = []
  for (const id of ids) {
    if (!(await backends.state.accounts.revokeKey(id))) unknown.push(id)
  }
  for (const id of unknown) process.stderr.write(`there is no key ${id}\n`)
  if (unknown.length > 0) throw new Reported()
}

export function apiKeyCommand(): Command {
  const group = describeGroup({
    name: 'api-key',
    summary: 'Create, list and revoke the keys with which scripts request tests.',
    examples: ['autopkgtest-web api-key create release-bot', 'autopkgtest-web api-key list'],
  })
  group.addCommand(
    describeCommand({
      name: 'create',
      summary: 'Create a key for a requester and print it. It is shown only this once.',
      examples: [
        'autopkgtest-web api-key create release-bot --expires 365',
        'autopkgtest-web api-key create release-bot --expires 2027-12-31 --json',
      ],
    })
      .argument('<name>', 'the requester: a name on Launchpad')
      .option(
        '--expires <date|days>',
        'the day (UTC) on which it expires, or the number of days until then',
        parseExpiry,
      )
      .option('--json', 'print {"name", "key"}')
      .action(create),
  )
  group.addCommand(
    describeCommand({
      name: 'list',
      summary: 'List the keys, and when each was last used.',
      examples: ['autopkgtest-web api-key list --json'],
    })
      .option('--json', 'print a JSON list')
      .action(list),
  )
  group.addCommand(
    describeCommand({
      name: 'revoke',
      summary: 'Revoke keys at once, on every website of the database.',
      examples: ['autopkgtest-web api-key revoke 0123456789ab'],
    })
      .argument('<id...>', 'the ids of the keys, as api-key list prints them')
      .action(revoke),
  )
  return group
}
