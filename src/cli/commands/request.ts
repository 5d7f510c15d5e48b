import { hostname } from 'node:os'
import type { Command } from 'commander'
import { BadInput, Conflict } from '../../domain/errors.ts'
import { queueName } from '../../domain/queue/queue-name.ts'
import { planCommandRequest } from '../../domain/request/command-request.ts'
import { isLaunchpadName } from '../../domain/request/launchpad-name.ts'
import type { PlannedRequest } from '../../domain/request/planned-request.ts'
import { checkQueues, messageBody, submitRequests } from '../../operations/requests/submit-requests.ts'
import { type CommonOptions, collect, describeCommand } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'

interface Options extends CommonOptions {
  readonly release: string
  readonly architecture?: readonly string[]
  readonly trigger?: readonly string[]
  readonly ppa?: readonly string[]
  readonly env?: readonly string[]
  readonly buildGit?: string
  readonly testGit?: string
  readonly swiftuser?: string
  readonly readableBy?: readonly string[]
  readonly allProposed?: true
  readonly bulk?: true
  readonly requester?: string
  readonly dryRun?: true
  readonly json?: true
}

function planFrom(
  packages: readonly string[],
  options: Options,
  places: { readonly releases: readonly string[]; readonly arches: readonly string[] },
): PlannedRequest[] {
  return planCommandRequest(
    {
      release: options.release,
      arches: options.architecture ?? places.arches,
      packages,
      triggers: options.trigger ?? [],
      ppas: options.ppa ?? [],
      env: options.env ?? [],
      buildGit: options.buildGit,
      testGit: options.testGit,
      swiftuser: options.swiftuser,
      readableBy: options.readableBy ?? [],
      allProposed: options.allProposed ?? false,
      bulk: options.bulk ?? false,
    },
    places,
  )
}

async function request(packages: readonly string[], options: Options): Promise<void> {
  const { requester = '', json } = options
  if (requester !== '' && !isLaunchpadName(requester))
    throw new BadInput(`"${requester}" is not a name on Launchpad`)
  const config = loadConfig({ file: options.config })
  const planned = planFrom(packages, options, config.web)
  await using backends = await openInstallation(config, commandLog('warn'))
  if (options.dryRun) {
    await checkQueues(backends.broker, planned)
    print(
      planned.map(one => ({ queue: queueName(one), body: messageBody(one.package, one.params) })),
      json,
    )
    return
  }
  const asker = { requester, source: 'command', address: hostname() } as const
  const accepted = await submitRequests(backends, planned, asker, new Date())
  if ('lines' in accepted) throw new Conflict(accepted.lines.join('\n'))
  print(
    accepted.map(one => ({ queue: queueName(one), uuid: one.uuid, state: one.state, body: one.body })),
    json,
  )
}

/** One request on each line: its queue, its uuid if it has one, and the message. */
function print(rows: readonly Readonly<Record<string, string>>[], json: true | undefined): void {
  const lines = rows.map(({ queue, uuid, body }) =>
    [queue, uuid, body?.replace('\n', ' ')].filter(Boolean).join('\t'),
  )
  process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : lines.map(line => `${line}\n`).join(''))
}

export function requestCommand(): Command {
  return describeCommand({
    name: 'request',
    summary: 'Request tests as an operator, without checks of permissions and published versions.',
    examples: [
      'autopkgtest-web request -s noble -a amd64 --trigger glibc/2.39-0ubuntu8 gzip dpkg',
      'autopkgtest-web request -s noble --bulk --trigger migration-reference/0 --dry-run gzip',
    ],
  })
    .argument('<package...>', 'the source packages to test')
    .requiredOption('-s, --release <release>', 'the release to test on')
    .option('-a, --architecture <arch>', 'an architecture; may be repeated (default: all of them)', collect)
    .option(
      '--trigger <source/version>',
      'the source/version that caused the request; may be repeated',
      collect,
    )
    .option(
      '--ppa <[user:token@]owner/name[:fingerprint]>',
      'a PPA to take packages from; may be repeated',
      collect,
    )
    .option('--env <name=value>', 'an environment variable for the test; may be repeated', collect)
    .option('--build-git <url#ref>', 'build this git tree and test it')
    .option('--test-git <url#ref>', 'take the tests from this git tree')
    .option('--swiftuser <name>', 'the Swift user who writes the private results')
    .option(
      '--readable-by <name>',
      'who may read the results, which makes them private; may be repeated',
      collect,
    )
    .option('--all-proposed', 'take all packages from -proposed')
    .option('--bulk', 'queue it behind requests that are made one by one')
    .option('--requester <name>', 'the requester (a name on Launchpad)')
    .option('--dry-run', 'only show what would be queued')
    .option('--json', 'print a JSON list')
    .action(request)
}
