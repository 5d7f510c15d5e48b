import { type VirtServer, virtWords } from '../../domain/testbed/virt-server.ts'
import { pocketOption } from '../../domain/trigger/apt-pocket-option.ts'
import type { WorkerRequest } from '../worker-request.ts'

/** In seconds. */
export interface Timeouts {
  readonly short: number
  readonly install: number
  readonly test: number
  readonly copy: number
  readonly build: number
}

/** The operator's settings for running tests. */
export interface CommandSettings {
  readonly virt: VirtServer
  /** Further arguments of the virtualisation server for packages that need a large testbed. */
  readonly bigArgs: readonly string[]
  /** Options of autopkgtest for all tests. */
  readonly extraArgs: readonly string[]
  /** The pocket that triggers are taken from; if undefined, the testbed is used as it is. */
  readonly pocket: string | undefined
  /** Whether the testbed is upgraded first. */
  readonly aptUpgrade: boolean
  readonly timeouts: Timeouts
  /** For packages on the list of long tests. */
  readonly longTimeouts: Timeouts
}

/** Decisions about one test that do not come from its request. */
export interface CommandPlace {
  /** For results; must not exist. */
  readonly outDir: string
  readonly isLong: boolean
  readonly isBig: boolean
  /** Each is `HOSTFILE:TESTBEDFILE`. */
  readonly copies: readonly string[]
  /** Lines for apt's sources, for PPAs. */
  readonly sources: readonly string[]
}

function sourceOf({ git, package: name }: WorkerRequest): string[] {
  if (git === undefined) return [name]
  return git.build ? [git.url] : [git.url, '--no-built-binaries']
}

const timeoutOptions = (timeouts: Timeouts): string[] =>
  Object.entries(timeouts).map(([kind, seconds]) => `--timeout-${kind}=${seconds}`)

/**
 * The arguments of autopkgtest, each a single word: no part of a request ever passes through a shell of this host.
 * The triggers are the last part of the environment, as clients find their end by what may follow.
 */
export function autopkgtestCommand(
  request: WorkerRequest,
  settings: CommandSettings,
  place: CommandPlace,
): string[] {
  const { triggers, env, testname } = request
  return [
    '--output-dir',
    place.outDir,
    ...settings.extraArgs,
    ...place.copies.map(copy => `--copy=${copy}`),
    ...place.sources.map(source => `--add-apt-source=${source}`),
    ...(settings.pocket === undefined ? [] : pocketOption(request, settings.pocket)),
    ...(settings.aptUpgrade ? ['--apt-upgrade'] : []),
    ...sourceOf(request),
    ...timeoutOptions(place.isLong ? settings.longTimeouts : settings.timeouts),
    ...env.map(variable => `--env=${variable}`),
    ...(triggers.length > 0 ? [`--env=ADT_TEST_TRIGGERS=${triggers.join(' ')}`] : []),
    ...(testname === undefined ? [] : [`--test-name=${testname}`]),
    '--',
    ...virtWords(settings.virt, request),
    ...(place.isBig ? settings.bigArgs : []),
  ]
}
