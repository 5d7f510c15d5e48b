import type { Results } from '../../backends/results/results.ts'
import type { SubmittedRequest } from '../../backends/state/requests.ts'
import type { Store } from '../../backends/store/store.ts'
import { plainPpa } from '../../domain/request/request-fingerprint.ts'
import {
  type RequestParams,
  readRequestParams,
  splitRequestBody,
} from '../../domain/request/request-params.ts'
import { isPrivateRequest, maskCredentials } from '../../domain/request/request-redaction.ts'
import {
  distributionContainer,
  PRIVATE_CONTAINER,
  parseRunDirectory,
  ppaContainer,
} from '../../domain/run/container.ts'
import { endsInDigits } from '../../domain/run/run-id.ts'
import { packagePrefix, type RunKey } from '../../domain/test/test.ts'
import { listEntries } from './listed-entries.ts'
import { storedResult } from './stored-result.ts'

interface Deps {
  readonly results: Pick<Results, 'history'>
  readonly store: Pick<Store, 'list' | 'get'>
}

/** The run that resulted from a request. */
export interface RequestRun {
  readonly run: RunKey
  /** The container of its files. */
  readonly container: string
  /** Undefined if its `result.tar` cannot be read. */
  readonly exitcode: number | null | undefined
  /** Seconds. */
  readonly duration: number | null | undefined
}

/** The content of a request, read from its message, without any credentials. */
export interface AskedFor {
  readonly params: RequestParams
  /** Whether only its requester and its readers may know of it. */
  readonly isPrivate: boolean
}

/** The number of runs since the request that are examined. */
const LOOKED_AT = 1000
/** Clocks of machines may differ by this much. */
const SLACK_MS = 5 * 60_000
const DAY_MS = 24 * 60 * 60_000
/** How long a run found in the store is cached as the result of a request: those may be removed. */
const KEPT_MS = 10 * 60_000
const MOST_KEPT = 2_000

/** Reads the message of a request that was made on this site. */
export function askedFor(request: Pick<SubmittedRequest, 'body' | 'readableBy'>): AskedFor {
  const params = splitRequestBody(request.body)?.params ?? {}
  return {
    params: readRequestParams(maskCredentials(params)),
    isPrivate: request.readableBy.length > 0 || isPrivateRequest(params),
  }
}

/**
 * The run that resulted from a request: the later run of its test whose id ends in the digits that follow
 * from the message. Uses one query with an index, or for a PPA or a private request a listing of the runs
 * since then; a run that has not ended is in neither.
 */
export async function findRequestRun(deps: Deps, request: SubmittedRequest): Promise<RequestRun | undefined> {
  const { params, isPrivate } = askedFor(request)
  const ppa = params.ppas.at(-1)
  const own =
    ppa === undefined ? distributionContainer(request.release) : ppaContainer(request.release, plainPpa(ppa))
  const recorded = ppa === undefined ? await findRecorded(deps, request, params, own) : undefined
  if (recorded !== undefined || (ppa === undefined && !isPrivate)) return recorded
  // A worker may treat a request that only has readers as a public one
  const containers = isPrivate ? [PRIVATE_CONTAINER + own, ...(ppa === undefined ? [] : [own])] : [own]
  return keptStored(deps, request, containers)
}

/** The beginning of run ids at this time. */
const runIdStart = (time: Date): string =>
  new Date(time.getTime() - SLACK_MS).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')

async function findRecorded(
  { results }: Deps,
  request: SubmittedRequest,
  params: RequestParams,
  container: string,
): Promise<RequestRun | undefined> {
  const triggers = params.triggers.join(' ')
  const find = async (page: { readonly after?: string }) =>
    (await results.history(request, { limit: LOOKED_AT, ...page })).find(
      one => isAnswer(one.runId, request) && (!one.triggers || triggers === '' || one.triggers === triggers),
    )
  const run =
    (await find({ after: runIdStart(request.submitted) })) ??
    (mayBeOlder(request) ? await find({}) : undefined)
  if (run === undefined) return undefined
  const { release, arch, runId, exitcode, duration } = run
  return { run: { release, arch, package: run.package, runId }, container, exitcode, duration }
}

/**
 * With a wrong clock, the run may seem to be older than the request: such runs are considered if no other was
 * found within a day.
 */
function mayBeOlder({ submitted }: SubmittedRequest): boolean {
  const age = Date.now() - submitted.getTime()
  return age < 0 || age > DAY_MS
}

const isAnswer = (runId: string, { runIdSuffix }: SubmittedRequest): boolean =>
  endsInDigits(runId, runIdSuffix)

const keptOf = new WeakMap<object, Map<string, { readonly found: RequestRun; readonly until: number }>>()

async function keptStored(
  deps: Deps,
  request: SubmittedRequest,
  containers: readonly string[],
): Promise<RequestRun | undefined> {
  const kept = keptOf.get(deps.store) ?? new Map()
  keptOf.set(deps.store, kept)
  const known = kept.get(request.uuid)
  if (known !== undefined && known.until > performance.now()) return known.found
  for (const container of containers) {
    const found = await findStored(deps.store, request, container)
    if (found === undefined) continue
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(request.uuid, { found, until: performance.now() + KEPT_MS })
    return found
  }
  return undefined
}

async function findStored(
  store: Deps['store'],
  request: SubmittedRequest,
  container: string,
): Promise<RequestRun | undefined> {
  const { release, arch, package: name, submitted } = request
  const prefix = `${release}/${arch}/${packagePrefix(name)}/${name}/`
  const marker = prefix + runIdStart(submitted)
  const listed = await listEntries(store, container, { prefix, delimiter: '@', marker }, LOOKED_AT)
  const run = (listed?.entries ?? [])
    .flatMap(entry => ('subdir' in entry ? (parseRunDirectory(entry.subdir) ?? []) : []))
    .find(one => isAnswer(one.runId, request))
  if (run === undefined) return undefined
  const result = await storedResult(store, container, run)
  return { run, container, exitcode: result?.exitcode, duration: result?.duration }
}
