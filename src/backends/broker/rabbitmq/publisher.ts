import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel } from 'rabbitmq-client'
import { messageOf, Unavailable, Unconfirmed } from '../../../domain/errors.ts'
import { pause } from '../../../domain/time/pause.ts'
import { within } from '../answer-within.ts'
import { checkMessage } from '../bounds.ts'
import type { MessageProperties } from '../broker.ts'
import type { Channels } from './channels.ts'
import { asFailure, closeChannel, type Link } from './connection.ts'
import { fieldsOf, sentHeaders } from './message.ts'

const CONFIRM_MS = 20_000
/** If the broker accepted a message within this time, it accepts the next one. */
const TAKES_MS = 1000
/** Messages sent before the broker stopped accepting are confirmed by then, or once it accepts again. */
const BLOCKED_MS = 500
/** No queue has this name: messages to it only test whether the broker accepts anything. */
export const NOWHERE = 'autopkgtest-web.nowhere'

export interface Envelope {
  /** '' is the default exchange, where the routing key is a queue's name. */
  readonly exchange: string
  readonly routingKey: string
  readonly mandatory: boolean
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  readonly properties?: MessageProperties | undefined
}

export interface Publisher {
  /**
   * Sends once, persistently unless its properties say otherwise, and resolves when confirmed. Rejects with
   * {@link Unconfirmed} if no answer came, else with {@link Unavailable} if it was returned, refused or not
   * sent. While the broker accepts nothing, as it is short of memory, it is not sent, and rejects at once.
   */
  send(envelope: Envelope, body: Uint8Array | string): Promise<void>
  /** Runs `declare` unless it has run since the publishing channel was opened; called before each send. */
  declareOnce(key: string, declare: (channel: Channel) => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

/**
 * Publishes on one channel in confirm mode, opened when first needed and after each loss. The connection only
 * serves this: a broker that is short of memory reads nothing more from a connection that has published, and
 * questions and acknowledgements would be stuck behind it.
 */
export function openPublisher(link: Link, channels: Channels): Publisher {
  const prefix = randomUUID()
  let sent = 0
  let opening: Promise<Channel> | undefined
  let current: Channel | undefined
  /** The mandatory messages under way, by routing key and id, in order: whether the broker returned them. */
  const underWay = new Map<string, { returned: boolean }[]>()
  let takenAt = -Infinity
  let trying: Promise<void> | undefined
  let declared = new Map<string, Promise<unknown>>()

  async function open(): Promise<Channel> {
    const channel = await link.openChannel()
    channel.on('basic.return', ({ routingKey, messageId }) => {
      const message = underWay.get(`${routingKey} ${messageId}`)?.find(({ returned }) => !returned)
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

  /** The answer, or Unavailable if none has come in time, or before the broker stopped accepting messages. */
  async function answered(publishing: Promise<void>): Promise<void> {
    const blocked = link.blocked()
    const settled = new AbortController()
    const stopped = new Promise<never>((_, reject) => {
      const refuse = (): void => {
        // A pause never rejects
        pause(BLOCKED_MS, settled.signal).then(() => reject(blocked.reason), reject)
      }
      if (blocked.aborted) refuse()
      else blocked.addEventListener('abort', refuse, { once: true, signal: settled.signal })
    })
    try {
      await Promise.race([within(CONFIRM_MS, publishing, 'no answer'), stopped])
      takenAt = performance.now()
    } finally {
      stopped.catch(() => undefined)
      settled.abort()
    }
  }

  /**
   * A broker reports that it accepts nothing only after it was sent something: a message that may be lost is
   * sent first, to nobody, so that a request that is not accepted is known not to have been.
   */
  async function tryTaking(channel: Channel): Promise<void> {
    const blocked = link.blocked()
    const settled = new AbortController()
    const refused = new Promise<never>((_, reject) => {
      const refuse = (): void => reject(blocked.reason)
      blocked.addEventListener('abort', refuse, { once: true, signal: settled.signal })
    })
    refused.catch(() => undefined)
    const nothing = channel.basicPublish({ exchange: '', routingKey: NOWHERE }, Buffer.alloc(0))
    try {
      await within(CONFIRM_MS, Promise.race([nothing, refused]), 'the broker does not answer')
      takenAt = performance.now()
    } finally {
      settled.abort()
    }
  }

  /** Throws {@link Unavailable} if the broker accepts nothing. */
  async function mustTake(channel: Channel): Promise<void> {
    link.blocked().throwIfAborted()
    if (performance.now() - takenAt < TAKES_MS) return
    trying ??= tryTaking(channel).finally(() => {
      trying = undefined
    })
    await trying
  }

  return {
    async send({ exchange, routingKey, mandatory, headers: given, properties }, body) {
      const headers = sentHeaders(given)
      const bytes = checkMessage(exchange || routingKey, body, headers)
      const name = exchange || routingKey
      const channel = await confirmChannel()
      await mustTake(channel).catch(error => {
        throw asFailure(error, `a message to ${name} was not sent`)
      })
      sent += 1
      const messageId = properties?.messageId ?? (mandatory ? `${prefix}-${sent}` : undefined)
      const message = { returned: false }
      const key = `${routingKey} ${messageId}`
      if (mandatory) underWay.set(key, [...(underWay.get(key) ?? []), message])
      try {
        const fields = { ...fieldsOf(properties, link.user), ...(messageId !== undefined && { messageId }) }
        const envelope = { ...fields, exchange, routingKey, mandatory, ...(headers && { headers }) }
        await answered(channel.basicPublish(envelope, bytes))
        // A returned message is confirmed too, after the return, which rabbitmq-client reports a turn later.
        if (mandatory) await nextTurn()
      } catch (error) {
        throw failureOf(error, `the broker did not confirm a message to ${name}`)
      } finally {
        const others = underWay.get(key)?.filter(one => one !== message) ?? []
        if (others.length > 0) underWay.set(key, others)
        else underWay.delete(key)
      }
      if (message.returned) throw new Unavailable(`nothing takes messages to ${name}: there is no such queue`)
    },
    async declareOnce(key, declare) {
      await confirmChannel()
      // Not on the publishing channel: a refusal closes it, and its unconfirmed messages would be lost.
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

/** Only a refusal proves that a message which was sent is not in the queue. */
function failureOf(error: unknown, doing: string): Error {
  const isRefusal = error instanceof Error && 'code' in error && error.code === 'NACK'
  return isRefusal
    ? asFailure(error, doing)
    : new Unconfirmed(`${doing}: ${messageOf(error)}`, { cause: error })
}
