import { splitRequestBody } from '../../domain/request/request-params.ts'
import { isPrivateRequest, maskCredentials } from '../../domain/request/request-redaction.ts'
import { pythonJson } from '../../domain/text/python-text.ts'
import { PRIVATE_JOB } from '../files/queued-json.ts'
import { requestParams } from './request-params.ts'

/** The content of a request queue's message: which package to test, and how. */
export interface TestRequest {
  readonly package: string
  readonly params: Readonly<Record<string, unknown>>
}

export type ParsedTestRequest =
  | { readonly ok: true; readonly request: TestRequest }
  | { readonly ok: false; readonly reason: string }

const LONGEST_BYTES = 256 * 1024
/** The package names that the worker accepts; it drops all others. */
const PACKAGE = /^[a-zA-Z0-9.+-]{1,120}$/
const utf8 = new TextDecoder('utf-8', { fatal: true })

const malformed = (reason: string): ParsedTestRequest => ({ ok: false, reason })

function decode(body: Uint8Array): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

/**
 * Reads a request's body: `package\n{json}`, a blank for the line break in old messages, or a package alone.
 * The reason contains nothing of the body.
 */
export function parseTestRequest(body: Uint8Array): ParsedTestRequest {
  if (body.length > LONGEST_BYTES) return malformed(`longer than ${LONGEST_BYTES} bytes`)
  const text = decode(body)
  if (text === undefined) return malformed('not UTF-8')
  const split = splitRequestBody(text)
  if (split === undefined) return malformed('not a package and a JSON object')
  if (!PACKAGE.test(split.package)) return malformed('does not begin with the name of a package')
  const params = requestParams.safeParse(split.params)
  if (!params.success) return malformed(`parameters: ${params.error.issues[0]?.message}`)
  return { ok: true, request: { package: split.package, params: params.data } }
}

/**
 * The public form of a waiting request: `package\n{json}`, which clients split and decode, or
 * {@link PRIVATE_JOB}. Written from the parsed request, so that nothing is hidden in a repeated key.
 */
export function showTestRequest({ package: name, params }: TestRequest): string {
  if (isPrivateRequest(params)) return PRIVATE_JOB
  return `${name}\n${pythonJson(maskCredentials(params))}`
}
