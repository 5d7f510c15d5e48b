import { isUtf8 } from 'node:buffer'
import type { Envelope, HeaderFields } from 'rabbitmq-client'
import type { MessageProperties, Waiting } from '../broker.ts'

/** Where `rabbitmq-link` keeps the content type that it hides from the client. */
export const CONTENT_TYPE = 'sentContentType'

const KEPT = [
  'contentEncoding',
  'priority',
  'correlationId',
  'replyTo',
  'expiration',
  'messageId',
  'timestamp',
  'type',
  'userId',
  'appId',
] as const satisfies readonly (keyof MessageProperties & keyof HeaderFields)[]

type Received = HeaderFields & { readonly body: unknown; readonly [CONTENT_TYPE]?: string }

/** A message as it was published. */
export function waitingMessage(message: Received): Waiting {
  const { body, headers = {}, durable, [CONTENT_TYPE]: contentType } = message
  const properties: Record<string, unknown> = {}
  if (contentType !== undefined) properties.contentType = contentType
  for (const name of KEPT) if (message[name] !== undefined) properties[name] = message[name]
  if (durable === false) properties.transient = true
  return { body: body as Uint8Array, headers, properties }
}

/**
 * The fields for the client to send. Without properties a message gets the time, as the client does it.
 * @param user our user there: the broker refuses a message that names another user as its sender
 */
export function fieldsOf(properties: MessageProperties | undefined, user: string): Partial<Envelope> {
  if (properties === undefined) return { durable: true }
  const { transient = false, userId, ...others } = properties
  const fields = userId === user ? { ...others, userId } : others
  // Explicitly undefined, or the client adds the current time
  return { timestamp: undefined, ...fields, durable: !transient } as Partial<Envelope>
}

/**
 * Headers in types that the client can send: it cannot send bytes, which become a text of the same bytes, or
 * base64 if they are not UTF-8.
 */
export function sentHeaders(headers: Waiting['headers'] | undefined): Record<string, unknown> | undefined {
  return headers && Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, sent(value)]))
}

function sent(value: unknown): unknown {
  if (value instanceof Uint8Array) return isUtf8(value) ? Buffer.from(value).toString() : base64Of(value)
  if (Array.isArray(value)) return value.map(sent)
  return typeof value === 'object' && value !== null ? sentHeaders(value as Waiting['headers']) : value
}

const base64Of = (bytes: Uint8Array): string => `base64:${Buffer.from(bytes).toString('base64')}`
