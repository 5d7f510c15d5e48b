import { type Headers, headersToJson } from '../../contracts/messages/kept-headers.ts'
import { BadInput } from '../../domain/errors.ts'

/** AMQP's names are short strings: longer ones would be cut, and name another queue. */
const NAME_BYTES = 255
/** RabbitMQ's own limit (`max_message_size` of 3.8 and later). */
const BODY_BYTES = 128 * 1024 * 1024
const HEADERS_BYTES = 4096
/** The most bytes that one look at a queue holds in memory. */
const PEEK_BYTES = 64 * 1024 * 1024
/** The longest that one look at a queue lasts, in milliseconds. */
export const PEEK_MS = 10_000

/** Whether a queue of this name can exist at all. */
export function canBeQueue(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= NAME_BYTES
}

/** Throws {@link BadInput} for names that no queue or exchange can have. */
export function checkNames(...names: readonly string[]): void {
  if (!names.every(canBeQueue))
    throw new BadInput('the name of a queue or exchange has between 1 and 255 bytes')
}

/** The body as bytes; throws {@link BadInput} for a name, body or headers that no broker accepts. */
export function checkMessage(name: string, body: Uint8Array | string, headers: Headers = {}): Buffer {
  checkNames(name)
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (bytes.byteLength > BODY_BYTES) throw new BadInput(`a message of ${bytes.byteLength} bytes is too large`)
  if (Buffer.byteLength(JSON.stringify(headersToJson(headers))) > HEADERS_BYTES)
    throw new BadInput('the headers are too large')
  return bytes
}

/** Counts the bodies that fit in a look: call with the size of each, and stop at the first false. */
export function peekBudget(limit: number): (size: number) => boolean {
  let count = 0
  let bytes = 0
  return size => {
    count += 1
    bytes += size
    return count < limit && bytes < PEEK_BYTES
  }
}
