import { BadInput } from '../errors.ts'
import type { Context } from '../queue/queue-name.ts'
import { isPackageName } from '../test/test.ts'
import { isEnv, isGitTree } from './git-request-form.ts'
import { isLaunchpadName } from './launchpad-name.ts'
import type { PlannedRequest } from './planned-request.ts'
import { readReaders } from './readable-by.ts'
import { checkBaseline, checkPlace, checkReference, checkTrigger, isPpaName } from './request-form.ts'

/** A request on an operator's command line: any number of packages, each on all of the architectures. */
export interface CommandRequest {
  readonly release: string
  readonly arches: readonly string[]
  readonly packages: readonly string[]
  readonly triggers: readonly string[]
  /** `[user:token@]owner/name[:fingerprint]`, as workers take it. */
  readonly ppas: readonly string[]
  readonly env: readonly string[]
  readonly buildGit: string | undefined
  readonly testGit: string | undefined
  readonly swiftuser: string | undefined
  readonly readableBy: readonly string[]
  readonly allProposed: boolean
  /** Whether it waits behind the requests that people make one by one. */
  readonly bulk: boolean
}

const PPA = /^(?:([^\s:@/]+:[^\s@/]+)@)?([^\s:@]+?)(?::[0-9A-Fa-f]{8,64})?$/

/**
 * The messages for an operator's request. Throws BadInput, with the request page's messages where it has
 * some, unless everything has the form that workers accept; publication and permissions are not checked.
 */
export function planCommandRequest(
  request: CommandRequest,
  places: { readonly releases: readonly string[]; readonly arches: readonly string[] },
): PlannedRequest[] {
  const refusal =
    checkPlace(request, places) ??
    checkReference(request) ??
    checkBaseline(request) ??
    request.triggers.map(checkTrigger).find(one => one !== undefined)
  if (refusal !== undefined) throw new BadInput(refusal.lines.join(', '))
  checkNames(request)
  checkGit(request)
  const params = paramsOf(request)
  return [...new Set(request.packages)].flatMap(name =>
    [...new Set(request.arches)].map(arch => ({
      context: contextOf(request),
      release: request.release,
      arch,
      package: name,
      params,
      readableBy: readReaders(request.readableBy) ?? [],
    })),
  )
}

function checkNames({ packages, ppas, env, swiftuser, readableBy }: CommandRequest): void {
  refuse(packages, isPackageName, name => `Malformed package ${name}`)
  refuse(ppas, isPpa, () => 'Malformed PPA, must be [user:token@]owner/name[:fingerprint]')
  refuse(env, isEnv, one => `Invalid environment variable format "${one}"`)
  if (swiftuser !== undefined && !isLaunchpadName(swiftuser)) throw new BadInput('Malformed swiftuser')
  if (swiftuser === undefined && ppas.some(ppa => ppa.includes('@')))
    throw new BadInput('a PPA with a password needs --swiftuser: its results are private')
  if (readableBy.length > 0 && !readReaders(readableBy)?.length)
    throw new BadInput('Invalid readable-by value')
}

/** An operator's own server may use any port; trees from outside have no port. */
const isTree = (text: string): boolean => isGitTree(text.replace(/^(https?:\/\/[\w.-]+):\d{1,5}\//, '$1/'))

function checkGit({ packages, buildGit, testGit }: CommandRequest): void {
  if (buildGit !== undefined && !isTree(buildGit)) throw new BadInput('Malformed build-git')
  if (testGit !== undefined && !isTree(testGit)) throw new BadInput('Malformed test-git')
  if (buildGit !== undefined && testGit !== undefined)
    throw new BadInput('either --build-git or --test-git: a git tree is built, or only its tests are taken')
  if ((buildGit ?? testGit) !== undefined && packages.length > 1)
    throw new BadInput('a git tree holds one package')
}

/**
 * Throws for the first invalid value. The message for a PPA does not contain it, as it may have a password.
 */
function refuse(
  values: readonly string[],
  isGood: (value: string) => boolean,
  words: (value: string) => string,
): void {
  const bad = values.find(value => !isGood(value))
  if (bad !== undefined) throw new BadInput(words(bad))
}

const isPpa = (ppa: string): boolean => isPpaName(PPA.exec(ppa)?.[2] ?? '')

function contextOf({ buildGit, testGit, ppas, bulk }: CommandRequest): Context {
  if ((buildGit ?? testGit) !== undefined) return 'upstream'
  if (ppas.length > 0) return 'ppa'
  return bulk ? 'huge' : 'ubuntu'
}

function paramsOf(request: CommandRequest): PlannedRequest['params'] {
  const { triggers, ppas, env, buildGit, testGit, swiftuser, readableBy, allProposed } = request
  return {
    ...(allProposed ? { 'all-proposed': '1' } : {}),
    ...(buildGit === undefined ? {} : { 'build-git': buildGit }),
    ...(env.length > 0 ? { env } : {}),
    ...(ppas.length > 0 ? { ppas } : {}),
    ...(readableBy.length > 0 ? { 'readable-by': oneOrMany(readableBy) } : {}),
    ...(swiftuser === undefined ? {} : { swiftuser }),
    ...(testGit === undefined ? {} : { 'test-git': testGit }),
    ...(triggers.length > 0 ? { triggers } : {}),
  }
}

const oneOrMany = (names: readonly string[]) => (names.length === 1 ? names[0] : names)
