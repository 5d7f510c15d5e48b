import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel } from 'rabbitmq-client'
import { messageOf, Unavailable, Unconfirmed } from '../../domain/errors.ts'
import { checkMessage } from './bounds.ts'
import type { Channels } from './rabbitmq-channels.ts'
import { asFailure, closeChannel, type Link } from './rabbitmq-link.ts'
import { within } from './within.ts'

const CONFIRM_MS = 20_000

export interface Envelope {
  /** '' is the default exchange, where the routing key is a queue's name. */
  readonly exchange: string
  readonly routingKey: string
  readonly mandatory: boolean
  readonly headers?: Readonly<Record<string, unknown>>
}

export interface Publisher {
  /**
   * Sends once, persistently, and resolves when confirmed. {@link Unconfirmed} if no answer came, else
   * {@link Unavailable} if it was returned, refused or not sent.
   */
  send(envelope: Envelope, body: Uint8Array | string): Promise<void>
  /** Runs `declare` unless it was run since the publishing channel was opened; to be called before each send. */
  declareOnce(key: string, declare: (channel: Channel) => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

/** Publishes on one channel in confirm mode, opened when first needed and after each loss. */
export function openPublisher(link: Link, channels: Channels): Publisher {
  const prefix = randomUUID()
  let sent = 0
  let opening: Promise<Channel> | undefined
  let current: Channel | undefined
  /** Of the mandatory messages under way, by message id: whether the broker returned them. */
  const underWay = new Map<string, { returned: boolean }>()
  let declared = new Map<string, Promise<unknown>>()

  async function open(): Promise<Channel> {
    const channel = await link.openChannel()
    channel.on('basic.return', ({ messageId }) => {
      const message = messageId === undefined ? undefined : underWay.get(messageId)
      if (message !== undefined) message.returned = true
    })
    await channel.confirmSelect()
    declared = new Map()
    current = channel
    return channel
  }

  async function confirmChannel(): Promise<Channel> {
    if (current?.active) return current
    opening ??= open().finally(() => {
      opening = undefined
    })
    return opening
  }

  return {
    async send({ exchange, routingKey, mandatory, headers }, body) {
      const bytes = checkMessage(exchange || routingKey, body, headers)
      const name = exchange || routingKey
      const channel = await confirmChannel()
      sent += 1
      const messageId = `${prefix}-${sent}`
      const message = { returned: false }
      if (mandatory) underWay.set(messageId, message)
      try {
        const properties = { exchange, routingKey, mandatory, durable: true, ...(headers ? { headers } : {}) }
        const confirmed = channel.basicPublish({ ...properties, ...(mandatory ? { messageId } : {}) }, bytes)
        await within(CONFIRM_MS, confirmed, 'no answer')
        // A returned message is confirmed too, after the return, which rabbitmq-client tells a turn later.
        if (mandatory) await nextTurn()
      } catch (error) {
        throw failureOf(error, `the broker did not confirm a message to ${name}`)
      } finally {
        underWay.delete(messageId)
      }
      if (message.returned) throw new Unavailable(`nothing takes messages to ${name}: there is no such queue`)
    },
    async declareOnce(key, declare) {
      await confirmChannel()
      // Not on the publishing channel: a refusal closes it, and with it what is not confirmed yet.
      const declaring = declared.get(key) ?? channels.ask(`declaring ${key}`, declare)
      declared.set(key, declaring)
      await declaring.catch(error => {
        declared.delete(key)
        throw error
      })
    },
    async close() {
      if (current !== undefined) await closeChannel(current)
    },
  }
}

/** Only a refusal tells that a message which was sent is not in the queue. */
function failureOf(error: unknown, doing: string): Error {
  const isRefusal = error instanceof Error && 'code' in error && error.code === 'NACK'
  return isRefusal
    ? asFailure(error, doing)
    : new Unconfirmed(`${doing}: ${messageOf(error)}`, { cause: error })
}
