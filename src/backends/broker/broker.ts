/**
 * The queues between the people who request tests and the machines that run them: AMQP as this service uses
 * it. Engines: RabbitMQ and an embedded one with the same semantics. Names and flags are the contract with
 * workers, other websites and britney, who connect to the same broker.
 */

/** A fanout exchange; the flags must equal what workers declare, or the broker refuses both. */
export interface Fanout {
  readonly exchange: string
  readonly durable: boolean
}

/** Workers report on each running test every 10 s. Not durable. */
export const TESTSTATUS: Fanout = { exchange: 'teststatus.fanout', durable: false }
/** Workers report once that a test has completed. Durable. */
export const TESTCOMPLETE: Fanout = { exchange: 'testcomplete.fanout', durable: true }
/** The queue for messages that cannot be processed, with the reason in the header `x-reason`. Durable. */
export const DEAD_LETTER_QUEUE = 'autopkgtest-web.dead-letter'

/** A message that is, or was, waiting in a queue, with everything needed to put it back unchanged. */
export interface Waiting {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, unknown>>
  /** Its other properties; undefined if there are none. */
  readonly properties?: MessageProperties | undefined
}

export interface Delivery extends Waiting {
  readonly redelivered: boolean
}

/**
 * The outcome of a delivery; `dead-letter` moves it to {@link DEAD_LETTER_QUEUE} before it is acknowledged.
 */
export type DeliveryOutcome = 'ack' | 'requeue' | { readonly deadLetter: string }

/**
 * Takes deliveries one by one, in order, up to `prefetch` at once; each is acknowledged when its promise
 * settles, however late. A rejection is logged and requeues the delivery a second later, in its place.
 */
export type DeliveryHandler = (delivery: Delivery) => Promise<DeliveryOutcome>

export interface Subscription {
  readonly from: Fanout
  /**
   * A name creates a durable queue that outlives the consumer and is shared by all who use the name;
   * undefined creates an exclusive, server-named queue that is deleted with the connection.
   */
  readonly queue?: string
  /** How many deliveries may be unacknowledged at once, from 1 to 65,535. */
  readonly prefetch: number
  /** Called after each (re)subscription is in force: messages sent in between are lost. */
  readonly onSubscribed?: () => void
}

export interface Consumer {
  /** Stops taking deliveries, waits for the running handlers, and gives the rest back. */
  close(): Promise<void>
}

/** Why the messages of a queue are never read, in words for people; see {@link Broker.peek}. */
interface PerhapsUnread {
  readonly unread?: string
}

/** The messages waiting in a queue, oldest first, read without consuming them. */
export interface Peek extends PerhapsUnread {
  readonly depth: number
  /** The oldest waiting bodies in order; fewer than `depth` at a limit, none of an unread queue. */
  readonly bodies: readonly Uint8Array[]
}

/**
 * The properties of a message besides headers and body (AMQP 0-9-1, class `basic`), as far as others may set
 * them: a priority decides its place, an expiration when it ends.
 */
export interface MessageProperties {
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
  /** From 0 to 255. */
  readonly priority?: number | undefined
  readonly correlationId?: string | undefined
  readonly replyTo?: string | undefined
  /** Milliseconds, as digits. */
  readonly expiration?: string | undefined
  readonly messageId?: string | undefined
  /** Seconds since 1970. */
  readonly timestamp?: number | undefined
  readonly type?: string | undefined
  /**
   * The user who published it, if given. RabbitMQ accepts only the name of the publisher itself: left out of
   * what we publish for others.
   */
  readonly userId?: string | undefined
  readonly appId?: string | undefined
  /** The broker may forget it when it is restarted (delivery mode 1). */
  readonly transient?: true | undefined
}

/** The result of {@link Broker.purge}, which does nothing to an unread queue. */
export interface Purged extends PerhapsUnread {
  /** How many messages were looked at, oldest first; fewer than `depth` if a limit was reached. */
  readonly seen: number
  /** How many messages were waiting. */
  readonly depth: number
  /** The messages that were removed, in the order of the queue. */
  readonly removed: readonly Waiting[]
}

/** How {@link Broker.purge} decides. */
export interface PurgeFilter {
  /** Called once for each message, oldest first; true takes it out. */
  readonly takesOut: (message: Waiting) => boolean
  /** Called with the messages to be removed, before any is removed: if it rejects, all of them stay. */
  readonly keep: (removed: readonly Waiting[]) => Promise<void>
}

export type BrokerState =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly since: Date }

export interface PublishOptions {
  readonly headers?: Readonly<Record<string, unknown>>
  readonly properties?: MessageProperties | undefined
  /** Fail with {@link Unavailable} if no queue takes the message (default exchange only; default true). */
  readonly mandatory?: boolean
}

export interface Broker {
  /**
   * Publishes persistently to a queue through the default exchange; resolves when the broker has confirmed
   * it. Rejects with {@link Unavailable} if the message was refused or not sent, and with {@link Unconfirmed}
   * if it was sent and not confirmed: only then may it have been queued. Nothing is sent twice. A queue's
   * name is at most 255 bytes, a body at most 128 MiB ({@link BadInput}).
   */
  publish(queue: string, body: Uint8Array | string, options?: PublishOptions): Promise<void>
  /**
   * Publishes persistently to a fanout exchange (declared if missing); resolves when confirmed. Rejects with
   * {@link Conflict} if an exchange of this name with other flags exists.
   */
  publishTo(fanout: Fanout, body: Uint8Array | string): Promise<void>
  /**
   * Declares fanout, queue and binding, and consumes; all again after every reconnection. Resolves when the
   * subscription is in force, or after five seconds without one: attempts then go on for ever, and
   * {@link Broker.state} gives the reason for the failure.
   */
  subscribe(subscription: Subscription, handle: DeliveryHandler): Promise<Consumer>
  /**
   * Exact number of waiting messages by queue (without those that a consumer holds); undefined for a queue
   * that does not exist. On RabbitMQ each question about a missing queue is an error in the broker's log, so
   * a missing queue is asked about again only after half a minute.
   */
  depths(queues: readonly string[]): Promise<ReadonlyMap<string, number | undefined>>
  /**
   * The oldest `limit` waiting messages, which are put back in their places; fewer if they come to more than
   * 64 MiB or take longer than ten seconds to read. On RabbitMQ they are invisible to workers while they are
   * read. Undefined if the queue does not exist. Queues whose type or arguments would harm messages that are
   * read are never read, nor queues that the broker does not describe (unless the configuration says so):
   * `unread` is why.
   */
  peek(queue: string, limit: number): Promise<Peek | undefined>
  /**
   * Removes some of the waiting messages from a queue for good; the others stay, in their order. Looks at no
   * more than 64 MiB, or half a minute's worth. Messages that a consumer holds are not looked at. A crash at
   * any moment loses nothing: a message is removed only after `keep` has resolved. On RabbitMQ the messages
   * are invisible to workers until the purge is done, `keep` included, for a minute at most. Undefined if the
   * queue does not exist. Does nothing to a queue that must not be read, see {@link peek}.
   */
  purge(queue: string, filter: PurgeFilter): Promise<Purged | undefined>
  /**
   * Removes the oldest message for good, as a worker does (`basic.get`, then ack). Undefined if there is
   * none. `keep` is called before it is acknowledged: if it throws, the message goes back to its place, and
   * the promise rejects. A crash between the two leaves both the kept copy and the message.
   */
  take(queue: string, keep?: (delivery: Delivery) => void): Promise<Delivery | undefined>
  /**
   * Declares durable queues as workers do. With the embedded engine nobody else declares them. Rejects with
   * {@link Conflict} if a queue of the name exists with other flags or arguments.
   */
  declareQueues(queues: readonly string[]): Promise<void>
  /**
   * Follows everything published through the default exchange, in order and without consuming anything. On
   * RabbitMQ this shows nothing while the broker's trace is off (`alive` says so), and also shows messages to
   * queues that do not exist. The bodies, private ones included, go to the callback and nowhere else.
   */
  trace(onPublish: (queue: string, body: Uint8Array) => void): Promise<MessageTrace>
  /** Whether the broker can be reached now. Never throws. */
  state(): Promise<BrokerState>
  /** Closes every consumer, waiting for handlers for at most ten seconds, then the connection. */
  close(): Promise<void>
}

/** A live view of published messages; see ARCHITECTURE, "Reading queues". */
export interface MessageTrace {
  /**
   * Sends a canary through the trace and resolves to whether it came back within `timeoutMs`: everything
   * confirmed before this call has then been shown. Also false, once, if anything may have been missed (a
   * lost connection, an overflow) since the last call.
   */
  alive(timeoutMs: number): Promise<boolean>
  close(): Promise<void>
}
