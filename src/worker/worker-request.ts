import { parseTestRequest } from '../contracts/messages/test-request.ts'
import { BadInput } from '../domain/errors.ts'
import { parseQueueName } from '../domain/queue/queue-name.ts'
import { readReaders } from '../domain/request/readable-by.ts'
import { readRequestParams } from '../domain/request/request-params.ts'
import { isPackageName, type TestKey } from '../domain/test/test.ts'
import { type Ppa, parsePpa } from './run/ppa.ts'

/** A request as the worker runs it: every field has been checked, as each becomes part of a command or of a name. */
export interface WorkerRequest extends TestKey {
  /** As it arrived. */
  readonly params: Readonly<Record<string, unknown>>
  readonly triggers: readonly string[]
  readonly ppas: readonly Ppa[]
  /** Each is `NAME=value`. */
  readonly env: readonly string[]
  readonly allProposed: boolean
  readonly testname: string | undefined
  /** Where the source comes from instead of the archive; with `build` its binaries are built too. */
  readonly git: { readonly url: string; readonly build: boolean } | undefined
  readonly requester: string | undefined
  /** Those who may read a private result. */
  readonly readableBy: readonly string[]
  /** Those whose Swift users may. */
  readonly swiftuser: string | undefined
}

/**
 * Only a source package's name is passed on into autopkgtest's own shell fragments; a version becomes an argument.
 */
const TRIGGER = /^[a-z0-9][a-z0-9.+-]{0,120}\/[a-zA-Z0-9.+:~-]{1,200}$/
const ENV = /^[a-zA-Z][a-zA-Z0-9_]{0,100}=[\x20-\x7e]{0,2000}$/
/** autopkgtest puts it between single quotes into a shell command of the testbed. */
const GIT = /^https?:\/\/[a-zA-Z0-9._:/~+-]{1,500}(?:#[a-zA-Z0-9._/-]{1,200})?$/
const TESTNAME = /^[a-zA-Z0-9][a-zA-Z0-9._+-]{0,200}$/
const PERSON = /^[a-zA-Z0-9][a-zA-Z0-9._+-]{0,100}$/
const SWIFT_USER = /^[a-zA-Z0-9][a-zA-Z0-9._@:-]{0,100}$/
const MOST = 1000

type Params = Readonly<Record<string, unknown>>

function listOf(params: Params, name: string, pattern: RegExp): string[] {
  const value = params[name] ?? []
  const isGood = (one: unknown) => typeof one === 'string' && pattern.test(one)
  if (!Array.isArray(value) || value.length > MOST || !value.every(isGood))
    throw new BadInput(`${name}: invalid`)
  return value as string[]
}

function textOf(params: Params, name: string, pattern: RegExp): string | undefined {
  const value = params[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || !pattern.test(value)) throw new BadInput(`${name}: invalid`)
  return value
}

function readersOf(params: Params): string[] {
  const names = readReaders(params['readable-by'])
  if (names === undefined) throw new BadInput('readable-by: invalid')
  return names
}

function gitOf(params: Params): WorkerRequest['git'] {
  const tests = textOf(params, 'test-git', GIT)
  const sources = textOf(params, 'build-git', GIT)
  if (tests !== undefined && sources !== undefined)
    throw new BadInput('test-git and build-git exclude each other')
  const url = tests ?? sources
  return url === undefined ? undefined : { url, build: sources !== undefined }
}

/**
 * Reads a request that was taken from a queue of this name. {@link BadInput} for one that cannot be run; its message
 * contains nothing of the request but names of fields.
 */
export function readWorkerRequest(queue: string, body: Uint8Array): WorkerRequest {
  const key = parseQueueName(queue)
  if (key === undefined) throw new BadInput('this is not a queue for requests')
  const parsed = parseTestRequest(body)
  if (!parsed.ok) throw new BadInput(parsed.reason)
  const { package: name, params } = parsed.request
  if (!isPackageName(name)) throw new BadInput('does not begin with the name of a package')
  const ppas = listOf(params, 'ppas', /^/).map(parsePpa)
  const swiftuser = textOf(params, 'swiftuser', SWIFT_USER)
  if (swiftuser === undefined && ppas.some(ppa => ppa.login !== undefined))
    throw new BadInput('a private PPA without swiftuser')
  return {
    release: key.release,
    arch: key.arch,
    package: name,
    params,
    triggers: listOf(params, 'triggers', TRIGGER),
    ppas,
    env: listOf(params, 'env', ENV),
    allProposed: readRequestParams(params).allProposed,
    testname: textOf(params, 'testname', TESTNAME),
    git: gitOf(params),
    requester: textOf(params, 'requester', PERSON),
    readableBy: readersOf(params),
    swiftuser,
  }
}

/** `all-proposed=1,testname=x`: what a completion tells about how the test was run. */
export function envOf({ allProposed, testname }: WorkerRequest): string {
  const parts = [allProposed && 'all-proposed=1', testname && `testname=${testname}`]
  return parts.filter(Boolean).join(',')
}
