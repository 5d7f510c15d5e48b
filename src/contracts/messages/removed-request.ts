import { z } from 'zod'
import { parseQueueName } from '../../domain/queue/queue-name.ts'
import { headersFromJson, headersToJson } from './kept-headers.ts'

/** Properties of an AMQP message, named as in the broker's clients; each may be missing. */
const properties = z.strictObject({
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  priority: z.int().min(0).max(255).optional(),
  correlationId: z.string().optional(),
  replyTo: z.string().optional(),
  expiration: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  messageId: z.string().optional(),
  timestamp: z.int().nonnegative().optional(),
  type: z.string().optional(),
  userId: z.string().optional(),
  appId: z.string().optional(),
  transient: z.literal(true).optional(),
})

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * A message that was taken out of a queue, as one line of JSON for `queue restore`: everything needed to put
 * the same bytes back. A body that is not UTF-8 is in `base64`.
 */
const removedRequest = z
  .strictObject({
    queue: z.string().refine(name => parseQueueName(name) !== undefined, { error: 'not a request queue' }),
    headers: z.record(z.string(), z.unknown()).default({}),
    properties: properties.optional(),
    body: z.string().optional(),
    base64: z.string().regex(BASE64).optional(),
  })
  .refine(({ body, base64 }) => (body === undefined) !== (base64 === undefined), {
    error: 'it takes a body or base64',
  })

interface RemovedRequest {
  readonly queue: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly properties?: z.infer<typeof properties> | undefined
  readonly body: Uint8Array
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(body: Uint8Array): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

/** One line, with its newline. */
export function printRemovedRequest({ queue, headers, properties, body }: RemovedRequest): string {
  const text = textOf(body)
  const content = text === undefined ? { base64: Buffer.from(body).toString('base64') } : { body: text }
  return `${JSON.stringify({ queue, headers: headersToJson(headers), properties, ...content })}\n`
}

/** The message of a line; otherwise a text that says what is wrong with it. */
export function parseRemovedRequest(line: string): RemovedRequest | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'not JSON'
  }
  const { success, data, error } = removedRequest.safeParse(value)
  if (!success) return error.issues[0]?.message ?? 'of another form'
  const { queue, headers, properties, body, base64 = '' } = data
  const bytes = body === undefined ? Buffer.from(base64, 'base64') : Buffer.from(body)
  return {
    queue,
    headers: headersFromJson(headers),
    body: bytes,
    ...(properties !== undefined && { properties }),
  }
}
