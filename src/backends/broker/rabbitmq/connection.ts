import { type Channel, Connection } from 'rabbitmq-client'
import { Conflict, isFailure, messageOf, Unavailable } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import { within } from '../answer-within.ts'
import type { Outage } from '../outage.ts'
import { CONTENT_TYPE } from './message.ts'
import { parseAmqpUri } from './uri.ts'

/** How long an open, a close or a question may take before it counts as failed. */
const ANSWER_MS = 10_000
const CLOSE_MS = 2_000
/** How long repeated questions that cannot be interrupted wait for a broker that is known to be away. */
const BRIEF_MS = 3_000

/** A connection to RabbitMQ, reopened for ever when it is lost. */
export interface Link {
  /** Our user there. */
  readonly user: string
  /**
   * A new channel, waiting up to ten seconds for the connection; {@link Unavailable} after that. A `brief`
   * wait for a broker that is known to be away takes three seconds.
   */
  openChannel(wait?: 'brief'): Promise<Channel>
  /** Resolves once there is a connection (or there will never be one: see `closing`). */
  whenUp(): Promise<void>
  /** Why there is no connection, or nothing can be published on it; undefined if all is well. */
  outage(): Outage | undefined
  /**
   * Aborted, with an {@link Unavailable} as its reason, while the broker reports that it accepts no messages
   * from this connection, as it is short of memory or disk. It reports this only after it was sent one.
   */
  blocked(): AbortSignal
  /** The number of connections so far. */
  count(): number
  /** Aborted by {@link close}. */
  readonly closing: AbortSignal
  close(): Promise<void>
}

/** Connects in the background. Throws {@link BadInput} for an invalid URI; an absent broker is no error. */
export function openLink(options: { readonly uri: string; readonly name: string; readonly log: Log }): Link {
  const { uri, name } = options
  const log = options.log.child({ connection: name })
  const { tls, ...address } = parseAmqpUri(uri)
  const connection = new Connection({
    ...address,
    ...(tls ? { tls: { servername: address.hostname } } : {}),
    connectionName: name,
    acquireTimeout: ANSWER_MS,
    heartbeat: 20,
    // Otherwise an acknowledgement before a question would delay it by 40 ms.
    noDelay: true,
    retryLow: 200,
    retryHigh: 10_000,
  })
  const closing = new AbortController()
  let down: Outage | undefined = { reason: 'not connected yet', since: new Date() }
  let isKnownAway = false
  let blockedSince = new Date()
  let blocked = new AbortController()
  let count = 0
  const waiting = new Set<() => void>()

  function wake(): void {
    for (const resolve of waiting) resolve()
    waiting.clear()
  }

  function unblock(): void {
    if (blocked.signal.aborted) blocked = new AbortController()
  }

  /** Each failed attempt belongs to the same outage. */
  const lostAt = (): Date => down?.since ?? new Date()

  connection.on('error', (error: unknown) => {
    down = { reason: messageOf(error), since: lostAt() }
    isKnownAway = true
    unblock()
    if (!closing.signal.aborted) log.warn({ err: down.reason }, 'the broker cannot be reached; retrying')
  })
  connection.on('connection', () => {
    down = undefined
    isKnownAway = false
    count += 1
    unblock()
    wake()
    log.info({ host: address.hostname, port: address.port }, 'connected to the broker')
  })
  connection.on('connection.blocked', reason => {
    blockedSince = new Date()
    blocked.abort(new Unavailable(`the broker accepts no messages: ${reason}`))
    log.warn({ reason }, 'the broker accepts no messages')
  })
  connection.on('connection.unblocked', () => {
    unblock()
    log.info({}, 'the broker accepts messages again')
  })

  const blockage = (): Outage | undefined =>
    blocked.signal.aborted ? { reason: messageOf(blocked.signal.reason), since: blockedSince } : undefined

  async function awaitConnection(isBrief: boolean): Promise<void> {
    if (down === undefined || closing.signal.aborted) return
    let resolve = (): void => {}
    const up = new Promise<void>(up => {
      resolve = up
      waiting.add(resolve)
    })
    const patience = isBrief && isKnownAway ? BRIEF_MS : ANSWER_MS
    await within(patience, up, down.reason).finally(() => waiting.delete(resolve))
  }

  async function openChannel(wait?: 'brief'): Promise<Channel> {
    try {
      await awaitConnection(wait === 'brief')
      const opening = connection.acquire({ emitErrorsFromChannel: true })
      const channel = await within(ANSWER_MS, opening, 'the broker does not answer').catch(error => {
        opening.then(dropChannel, () => undefined)
        throw error
      })
      channel.on('error', (error: unknown) =>
        log.warn({ err: messageOf(error) }, 'the broker closed a channel'),
      )
      keepBodiesRaw(channel)
      return channel
    } catch (error) {
      throw new Unavailable(`the broker cannot be reached: ${down?.reason ?? messageOf(error)}`, {
        cause: error,
      })
    }
  }

  return {
    user: address.username,
    openChannel,
    closing: closing.signal,
    outage: () => down ?? blockage(),
    blocked: () => blocked.signal,
    count: () => count,
    whenUp: () =>
      new Promise(resolve => {
        if (down === undefined || closing.signal.aborted) resolve()
        else waiting.add(resolve)
      }),
    async close() {
      closing.abort()
      wake()
      await within(CLOSE_MS, connection.close(), '').catch(() => connection.unsafeDestroy())
      down = { reason: 'closed', since: new Date() }
    },
  }
}

/** Closes a channel; its unacknowledged messages go back to their places. Never throws, never hangs. */
export async function closeChannel(channel: Channel): Promise<void> {
  await within(CLOSE_MS, channel.close(), '').catch(() => undefined)
}

/** The same without waiting for the result. */
export function dropChannel(channel: Channel): void {
  closeChannel(channel).catch(() => undefined)
}

const REFUSALS = new Set(['NOT_FOUND', 'PRECONDITION_FAILED', 'ACCESS_REFUSED', 'RESOURCE_LOCKED'])

/** The code of the broker's refusal (see REFUSALS), also of a failure caused by one; else undefined. */
export function refusalOf(error: unknown): string | undefined {
  if (isFailure(error)) return refusalOf(error.cause)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REFUSALS.has(code) ? code : undefined
}

/** The error as one of ours: {@link Conflict} if flags differ, else {@link Unavailable}. */
export function asFailure(error: unknown, doing: string): Error {
  if (isFailure(error)) return error
  const message = `${doing}: ${messageOf(error)}`
  return refusalOf(error) === 'PRECONDITION_FAILED'
    ? new Conflict(message, { cause: error })
    : new Unavailable(message, { cause: error })
}

/**
 * rabbitmq-client decodes a body by its content type, which loses the original bytes (it parses JSON and
 * mends UTF-8). The id of a run is a hash of these bytes, so the content type is hidden from it, under
 * another name.
 */
function keepBodiesRaw(channel: Channel): void {
  const inner = channel as unknown as { _onHeader?: (frame: { fields: Record<string, unknown> }) => void }
  const onHeader = inner._onHeader
  if (onHeader === undefined)
    throw new Error('this version of rabbitmq-client cannot be kept from decoding bodies')
  inner._onHeader = frame => {
    frame.fields[CONTENT_TYPE] = frame.fields.contentType
    frame.fields.contentType = undefined
    onHeader.call(channel, frame)
  }
}
