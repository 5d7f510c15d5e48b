import { constants, gzipSync } from 'node:zlib'
import { RELEASES } from './cast.ts'
import type { MadeRequest, MadeUpOutcome } from './stories.ts'
import { DAY_MS, type Uploads } from './uploads.ts'
import { makeTar, type TarFile } from './write-tar.ts'

/** The packages that are installed in every testbed before a test; renewed now and then. */
const BASE =
  'apt base-files bash coreutils dpkg gcc-14-base gzip libc6 libssl3t64 perl-base systemd tar'.split(' ')
/** Thousands of small files must be written quickly. */
const QUICK = { level: constants.Z_BEST_SPEED, windowBits: 12, memLevel: 5 }
const PERIOD_MS = 9 * DAY_MS

/**
 * The packages of a testbed, in the format of `testbed-packages`: those of every testbed, and those that the triggers
 * brought.
 */
function testbedPackages({ release, triggers, at }: MadeRequest, uploads: Uploads): string {
  const place = RELEASES.indexOf(release as (typeof RELEASES)[number])
  const base = BASE.map((name, n) => {
    const renewed = Math.floor(at / PERIOD_MS + n / BASE.length)
    return [name, `${3 + place}.${(n * 7) % 10}.${20 + renewed}-1`]
  })
  const brought = triggers
    .map(trigger => trigger.split('/') as [string, string])
    .filter(([source]) => source !== 'migration-reference')
  const library: [string, string] = ['libharbour', uploads.versionAt('libharbour', release, at)]
  const others = brought.some(([source]) => source === library[0]) ? brought : [...brought, library]
  return [...base, ...others].map(([name, version]) => `${name}\t${version}\n`).join('')
}

/** The objects of a made-up run, by name: the files that a worker uploads, in its order. */
export function makeRunFiles(
  request: MadeRequest,
  outcome: MadeUpOutcome,
  {
    log,
    uploads,
    env = [],
  }: { readonly log: string; readonly uploads: Uploads; readonly env?: readonly string[] },
): Record<string, Buffer> {
  const testinfo = {
    virt_server: 'made up',
    custom_environment: [`ADT_TEST_TRIGGERS=${request.triggers.join(' ')}`, ...env],
  }
  const summary = outcome.tests.map(({ name, result }) => `${name.padEnd(20)} ${result}\n`).join('')
  const result: TarFile[] = [
    ['exitcode', `${outcome.exitcode}\n`],
    ['testbed-packages', testbedPackages(request, uploads)],
    ['testpkg-version', `${request.package} ${outcome.version}\n`],
    ['duration', `${outcome.seconds}\n`],
    ['testinfo.json', JSON.stringify(testinfo)],
    ...(request.requester ? [['requester', `${request.requester}\n`] as TarFile] : []),
    ['summary', summary],
  ]
  return {
    'artifacts.tar.gz': makeArtifacts(request.package, outcome),
    'log.gz': gzipSync(log, QUICK),
    'result.tar': makeTar(result),
  }
}

let lastArtifacts: { readonly key: string; readonly bytes: Buffer } | undefined

/**
 * What tests installed and printed: the same for runs of one version with the same outcome, which mostly follow each
 * other.
 */
function makeArtifacts(name: string, { version, tests }: MadeUpOutcome): Buffer {
  const key = [name, version, ...tests.map(({ result }) => result)].join('\n')
  if (lastArtifacts?.key === key) return lastArtifacts.bytes
  const files = tests.flatMap(({ name: test, lines }): TarFile[] => [
    [`${test}-packages`, `${name}\t${version}\n`],
    [`${test}-stdout`, lines.map(line => `${line}\n`).join('')],
  ])
  const bytes = gzipSync(makeTar(files), QUICK)
  lastArtifacts = { key, bytes }
  return bytes
}
