import { fsyncSync, readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseRemovedRequest, printRemovedRequest } from '../../contracts/messages/removed-request.ts'
import { BadInput } from '../../domain/errors.ts'
import { allQueues, CONTEXTS, type Context, type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import { isSelective, type RequestCriteria } from '../../domain/queue/request-criteria.ts'
import { logUnmarked } from '../../operations/queues/log-removals.ts'
import { removeQueuedRequests } from '../../operations/queues/remove-queued-requests.ts'
import { restoreQueuedRequests } from '../../operations/queues/restore-queued-requests.ts'
import { type ShownRequest, waitingRequests } from '../../queries/queues/waiting-requests.ts'
import { type CommonOptions, collect, describeCommand, describeGroup } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'

interface QueueOptions extends CommonOptions {
  readonly release?: readonly string[]
  readonly arch?: readonly string[]
  readonly context?: readonly Context[]
  readonly json?: true
}

interface ChoiceOptions extends QueueOptions {
  readonly package?: readonly string[]
  readonly trigger?: readonly string[]
  readonly requester?: readonly string[]
  /** Milliseconds. */
  readonly olderThan?: number
  readonly duplicates?: true
  readonly obsolete?: true
}

interface ShowOptions extends ChoiceOptions {
  readonly limit: number
}

interface RemoveFlags extends ChoiceOptions {
  readonly dryRun?: true
}

/** The configured queues, as far as options choose among them; BadInput for a name that is not configured. */
function chosenQueues(
  options: QueueOptions,
  releases: readonly string[],
  arches: readonly string[],
): QueueKey[] {
  const choose = (what: string, asked: readonly string[] | undefined, known: readonly string[]) => {
    const unknown = asked?.find(name => !known.includes(name))
    if (unknown !== undefined) throw new BadInput(`${what} ${unknown} is not configured`)
    return asked ?? known
  }
  const { context = CONTEXTS } = options
  return allQueues(
    choose('the release', options.release, releases),
    choose('the architecture', options.arch, arches),
  ).filter(queue => context.includes(queue.context))
}

function criteriaOf(options: ChoiceOptions): RequestCriteria {
  return {
    ...(options.package && { packages: options.package }),
    ...(options.trigger && { triggers: options.trigger }),
    ...(options.requester && { requesters: options.requester }),
    ...(options.olderThan !== undefined && { before: Date.now() - options.olderThan }),
    ...(options.duplicates && { duplicates: true }),
    ...(options.obsolete && { obsolete: true }),
  }
}

async function list(options: QueueOptions): Promise<void> {
  const config = loadConfig({ file: options.config })
  await using backends = await openInstallation(config, commandLog('warn'))
  const queues = chosenQueues(options, config.web.releases, config.web.arches)
  const depths = await backends.broker.depths(queues.map(queueName))
  const rows = queues.map(queue => ({ ...queue, waiting: depths.get(queueName(queue)) ?? null }))
  if (options.json) return print(`${JSON.stringify(rows, null, 2)}\n`)
  const busy = rows.filter(row => row.waiting)
  for (const { context, release, arch, waiting } of busy)
    print(`${[context, release, arch, waiting].join('\t')}\n`)
  const total = busy.reduce((sum, row) => sum + (row.waiting ?? 0), 0)
  const missing = rows.filter(row => row.waiting === null).length
  print(`${total} waiting in ${busy.length} queues; ${rows.length - busy.length - missing} are empty`)
  print(missing > 0 ? `, ${missing} do not exist\n` : '\n')
}

async function show(options: ShowOptions): Promise<void> {
  const config = loadConfig({ file: options.config })
  await using backends = await openInstallation(config, commandLog('warn'))
  const queues = chosenQueues(options, config.web.releases, config.web.arches)
  const depths = await backends.broker.depths(queues.map(queueName))
  for (const queue of queues.filter(one => depths.get(queueName(one)))) {
    const found = await waitingRequests(backends, queue, criteriaOf(options), options.limit)
    for (const request of found?.requests ?? []) print(shown(request, options.json))
    warnOfUnseen(queueName(queue), found)
  }
}

/** One request on one line. */
function shown(request: ShownRequest, json: true | undefined): string {
  if (json) return `${JSON.stringify({ ...request, digest: undefined })}\n`
  const { queue, position, package: name, params, reason } = request
  const content = reason === undefined ? `${name} ${JSON.stringify(params)}` : `malformed: ${reason}`
  return `${queue}\t${position}\t${request.private ? 'private: ' : ''}${content}\n`
}

function warnOfUnseen(
  name: string,
  looked: { depth: number; seen: number; unread?: string } | undefined,
): void {
  if (looked?.unread !== undefined)
    process.stderr.write(`${name}: ${looked.depth} requests wait, but cannot be listed: ${looked.unread}\n`)
  else if (looked !== undefined && looked.seen < looked.depth)
    process.stderr.write(`${name}: only the oldest ${looked.seen} of ${looked.depth} requests were read\n`)
}

async function remove(options: RemoveFlags): Promise<void> {
  const criteria = criteriaOf(options)
  if (!isSelective(criteria))
    throw new BadInput(
      'select requests with --package, --trigger, --requester, --older-than, --duplicates or --obsolete',
    )
  if (options.dryRun) return show({ ...options, limit: Number.MAX_SAFE_INTEGER })
  const config = loadConfig({ file: options.config })
  const log = commandLog('warn')
  await using backends = await openInstallation(config, log)
  let removed = 0
  const purging = removeQueuedRequests(
    backends,
    chosenQueues(options, config.web.releases, config.web.arches),
    {
      criteria,
      reason: 'removed with queue remove',
      keep: async (queue, messages) =>
        printSafely(
          messages.map(message => printRemovedRequest({ queue: queueName(queue), ...message })).join(''),
        ),
    },
  )
  for await (const purged of purging) {
    removed += purged.removed.length
    warnOfUnseen(queueName(purged.queue), purged)
    if (purged.unmarked !== undefined) logUnmarked(log, purged.unmarked)
  }
  process.stderr.write(`${removed} removed\n`)
}

/** Prints, and waits until it is written, onto the disk if stdout is a file: it is gone from its queue afterwards. */
async function printSafely(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, error => (error ? reject(error) : resolve()))
  })
  try {
    fsyncSync(process.stdout.fd)
  } catch {
    // A pipe or a terminal: there is nothing more to do
  }
}

async function restore(file: string, options: CommonOptions): Promise<void> {
  const lines = readFileSync(file === '-' ? 0 : file, 'utf8').split('\n')
  const messages = lines.flatMap((line, index) => {
    if (line === '') return []
    const message = parseRemovedRequest(line)
    if (typeof message === 'string') throw new BadInput(`${file}:${index + 1}: ${message}`)
    return [message]
  })
  await using backends = await openInstallation(loadConfig({ file: options.config }), commandLog('warn'))
  const { restored, waiting, unread } = await restoreQueuedRequests(backends, messages)
  for (const [queue, reason] of unread)
    process.stderr.write(`${queue}: cannot tell which of the requests already wait there: ${reason}\n`)
  print(`${restored} restored, ${waiting} already waiting\n`)
}

function print(text: string): void {
  process.stdout.write(text)
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseAge(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count === undefined) throw new InvalidArgumentError('It must be like 90m, 12h or 3d.')
  return Number(count) * (UNITS[unit] as number)
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a positive number.')
  return Number(text)
}

function withQueues(command: Command): Command {
  return command
    .option('--release <release>', 'only the queues of this release (may be given several times)', collect)
    .option('--arch <arch>', 'only those of this architecture (may be given several times)', collect)
    .addOption(
      new Option('--context <context>', 'only those of this kind (may be given several times)').argParser(
        (value: string, before?: readonly string[]) => {
          if (!CONTEXTS.some(one => one === value))
            throw new InvalidArgumentError(`It must be one of ${CONTEXTS.join(', ')}.`)
          return collect(value, before)
        },
      ),
    )
}

function withChoice(command: Command): Command {
  return withQueues(command)
    .option('--package <name>', 'only requests for this source package', collect)
    .option(
      '--trigger <trigger>',
      'only those with this trigger: source/version, or a source in any version',
      collect,
    )
    .option('--requester <name>', 'only those of this requester', collect)
    .option('--older-than <age>', 'only those that are older, such as 90m, 12h or 3d', parseAge)
    .option('--duplicates', 'only repeated requests: all but the oldest of those for the same run')
    .option('--obsolete', 'only those whose triggers are all older than the versions in the archive')
}

export function queueCommand(): Command {
  const group = describeGroup({
    name: 'queue',
    summary: 'Show the queues of the workers, and remove requests from them.',
    examples: ['autopkgtest-web queue list', 'autopkgtest-web queue remove --dry-run --duplicates'],
  })
  group.addCommand(
    withQueues(
      describeCommand({
        name: 'list',
        summary: 'Print how many requests wait in each queue.',
        examples: ['autopkgtest-web queue list --release noble --json'],
      }),
    )
      .option('--json', 'print one JSON array, with null for queues that do not exist')
      .action(list),
  )
  group.addCommand(
    withChoice(
      describeCommand({
        name: 'show',
        summary:
          'Print waiting requests, oldest first. While a queue is read, workers cannot take requests from it.',
        examples: [
          'autopkgtest-web queue show --release noble --arch amd64 --context huge',
          'autopkgtest-web queue show --package glibc --json',
        ],
      }),
    )
      .option(
        '--limit <count>',
        'the largest number of requests to read from each queue',
        parseLimit,
        Number.MAX_SAFE_INTEGER,
      )
      .option('--json', 'print one JSON object per line')
      .action(show),
  )
  group.addCommand(
    withChoice(
      describeCommand({
        name: 'remove',
        summary: 'Remove requests that meet all criteria, and print them for "queue restore".',
        examples: [
          'autopkgtest-web queue remove --dry-run --obsolete --release noble',
          'autopkgtest-web queue remove --trigger glibc/2.39-0ubuntu1 > removed.jsonl',
        ],
      }),
    )
      .option('--dry-run', 'only show what would be removed')
      .option('--json', 'with --dry-run, print one JSON object per line')
      .action(remove),
  )
  group.addCommand(
    describeCommand({
      name: 'restore',
      summary: 'Put the requests that "queue remove" printed back at the end of their queues.',
      examples: ['autopkgtest-web queue restore removed.jsonl'],
    })
      .argument('<file>', 'the file with the printed requests, or - for stdin')
      .action(restore),
  )
  return group
}
