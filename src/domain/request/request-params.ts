import { parseJson } from '../text/json.ts'
import { readReaders } from './readable-by.ts'
import { isPrivateRequest } from './request-redaction.ts'

/** The parameters of a request in the workers' form, read leniently: values of a wrong type are omitted. */
export interface RequestParams {
  readonly triggers: readonly string[]
  readonly ppas: readonly string[]
  readonly env: readonly string[]
  readonly requester: string | undefined
  /** The time of the request, in milliseconds since 1970. */
  readonly submitted: number | undefined
  readonly allProposed: boolean
  readonly testname: string | undefined
  /** The repository to test instead of a source package. */
  readonly git: string | undefined
  readonly uuid: string | undefined
  /** Who may see it: the requester, and the people that the request names. Undefined for a public one. */
  readonly audience: readonly string[] | undefined
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

/** Reads a request's JSON; never throws. */
export function readRequestParams(params: Readonly<Record<string, unknown>>): RequestParams {
  return {
    triggers: texts(params.triggers),
    ppas: texts(params.ppas),
    env: texts(params.env),
    requester: text(params.requester),
    submitted: submitTime(text(params['submit-time'])),
    allProposed: 'all-proposed' in params,
    testname: text(params.testname),
    git: text(params['build-git']) ?? text(params['test-git']),
    uuid: text(params.uuid),
    audience: audienceOf(params),
  }
}

function audienceOf(params: Readonly<Record<string, unknown>>): string[] | undefined {
  if (!isPrivateRequest(params)) return undefined
  const readers = readReaders(params['readable-by']) ?? [JSON.stringify(params['readable-by'])]
  return [text(params.requester) ?? '', text(params.swiftuser) ?? '', ...readers.toSorted()]
}

/**
 * The time of a `submit-time`: `2026-09-01 10:11:12+0000` (request page), without a zone (britney, UTC), or
 * with microseconds (run-autopkgtest).
 */
function submitTime(value: string | undefined): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)?([+-]\d\d)?:?(\d\d)?$/.exec(value ?? '')
  if (found === null) return undefined
  const [, day, time, hours = '+00', minutes = '00'] = found
  const parsed = Date.parse(`${day}T${time}${hours}:${minutes}`)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** A waiting request: what is tested, and how. */
export interface QueuedRequest {
  readonly package: string
  readonly params: RequestParams
}

/**
 * Splits the body of a request: the package, then JSON after a newline or, in old messages, a blank. A body
 * without JSON has no parameters. Undefined if what follows is not a JSON object.
 */
export function splitRequestBody(
  body: string,
): { package: string; params: Readonly<Record<string, unknown>> } | undefined {
  const found = /^(\S+)\s*([\s\S]*)$/.exec(body)
  if (found === null) return undefined
  const [, name, json] = found as unknown as [string, string, string]
  if (json === '') return { package: name, params: {} }
  try {
    const params: unknown = parseJson(json)
    if (params === null || typeof params !== 'object' || Array.isArray(params)) return undefined
    return { package: name, params: params as Record<string, unknown> }
  } catch {
    return undefined
  }
}
