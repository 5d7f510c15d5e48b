import type { Channel } from 'rabbitmq-client'
import { messageOf } from '../../../domain/errors.ts'
import type { Channels } from './channels.ts'
import { refusalOf } from './connection.ts'

/** A value that neither argument below can have: a declaration with it is refused, never carried out. */
const IMPOSSIBLE = 'x'
const TYPE = 'x-queue-type'
const SINGLE = 'x-single-active-consumer'
/** A queue has some twenty arguments at most, and each costs a question. */
const MOST_QUESTIONS = 24

/**
 * What a broker says about an existing queue, as far as needed to know whether reading it has a cost. `type`
 * is `classic` if not given.
 */
export interface QueueArguments {
  readonly type: string
  readonly singleActiveConsumer: boolean
  /** It is deleted with its last consumer. */
  readonly autoDelete: boolean
}

interface Declaration {
  durable: boolean
  autoDelete: boolean
  readonly arguments: Record<string, unknown>
}

/** The value of a field of an existing queue, as RabbitMQ gives it when it refuses a declaration. */
interface ArgumentDifference {
  readonly field: string
  /** Undefined if the queue has no such argument; null for a value that cannot be sent back. */
  readonly current: string | number | boolean | null | undefined
}

/**
 * Asks a broker for the type and arguments of a queue, as a client that may only declare it. A passive
 * declaration does not tell. So the queue is declared with arguments that it cannot have: RabbitMQ compares
 * them with its own, refuses, and says which one differs and its value (AMQP 0-9-1, `queue.declare`,
 * "equivalent"). A missing queue is not created, as the arguments are impossible. Each question is an error
 * in the broker's log. Undefined if the broker does not tell. Throws NOT_FOUND.
 */
export async function askArguments(channels: Channels, queue: string): Promise<QueueArguments | undefined> {
  await channels.ask('reading a queue', channel => channel.queueDeclare({ queue, passive: true }))
  const declaration: Declaration = {
    durable: true,
    autoDelete: false,
    arguments: { [TYPE]: IMPOSSIBLE, [SINGLE]: IMPOSSIBLE },
  }
  const told = new Map<string, ArgumentDifference['current']>()
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const difference = await differenceOf(channels, queue, declaration)
    if (difference === undefined || told.has(difference.field)) return undefined
    const { field, current } = difference
    told.set(field, current)
    const found = {
      type: String(told.get(TYPE) ?? 'classic'),
      singleActiveConsumer: isTrue(told.get(SINGLE)),
      autoDelete: isTrue(told.get('auto_delete')),
    }
    if (found.type !== 'classic' || found.singleActiveConsumer || found.autoDelete) return found
    if (told.has(TYPE) && told.has(SINGLE)) return found
    if (!agree(declaration, difference)) return undefined
  }
  return undefined
}

/** RabbitMQ shows a value unchanged, or without its type if the type does not differ. */
const isTrue = (value: ArgumentDifference['current']): boolean => value === true || value === 'true'

/** Undefined if the broker gives no such answer. */
async function differenceOf(
  channels: Channels,
  queue: string,
  declaration: Declaration,
): Promise<ArgumentDifference | undefined> {
  const declare = (channel: Channel): Promise<unknown> =>
    channel.queueDeclare({ queue, exclusive: false, ...declaration })
  try {
    await channels.ask('asking for the type of a queue', declare)
    return undefined
  } catch (error) {
    if (refusalOf(error) === undefined) throw error
    return parseDifference(messageOf(error))
  }
}

/** Makes the declaration agree with the queue in one more field; false if that is not possible. */
function agree(declaration: Declaration, { field, current }: ArgumentDifference): boolean {
  if (current === null) return false
  if (field === 'durable') declaration.durable = isTrue(current)
  else if (field === 'auto_delete') declaration.autoDelete = isTrue(current)
  else if (field === SINGLE && current !== undefined) declaration.arguments[field] = isTrue(current)
  else if (current === undefined) delete declaration.arguments[field]
  else declaration.arguments[field] = current
  return true
}

const INTEGERS = new Set([
  'byte',
  'short',
  'signedint',
  'long',
  'unsignedbyte',
  'unsignedshort',
  'unsignedint',
])

/**
 * Reads `inequivalent arg 'NAME' for queue … but current is none`, `… is 'VALUE'` (of the type that was sent)
 * or `… is the value 'VALUE' of type 'TYPE'`. Undefined for everything else, and for an answer that was cut
 * at 255 bytes.
 */
export function parseDifference(text: string): ArgumentDifference | undefined {
  const [start, is] = ["inequivalent arg '", ' but current is ']
  const from = text.indexOf(start)
  const at = text.lastIndexOf(is)
  if (from === -1 || at < from) return undefined
  const field = text.slice(from + start.length, text.indexOf("'", from + start.length))
  const said = text.slice(at + is.length)
  if (said === 'none') return { field, current: undefined }
  const [, plain] = /^'([^']*)'$/.exec(said) ?? []
  if (plain !== undefined) return { field, current: plain }
  if (!said.startsWith("the value '")) return undefined
  const end = said.lastIndexOf("' of type '")
  if (end === -1 || !said.endsWith("'")) return undefined
  const value = said.slice("the value '".length, end)
  const type = said.slice(end + "' of type '".length, -1)
  return { field, current: sentValue(value, type) }
}

function sentValue(value: string, type: string): Exclude<ArgumentDifference['current'], undefined> {
  if (type === 'longstr') return value
  if (type === 'bool') return value === 'true'
  return INTEGERS.has(type) && Number.isSafeInteger(Number(value)) ? Number(value) : null
}
