/**
 * The queues between the people who ask and the machines that test: AMQP as this service uses it. Engines:
 * RabbitMQ and an embedded one with the same semantics. Names and flags are the contract with workers,
 * other websites and britney, who connect to the same broker.
 */

/** A fanout exchange; the flags must equal what workers declare, or the broker refuses both. */
export interface Fanout {
  readonly exchange: string
  readonly durable: boolean
}

/** Workers say how each running test is doing, every 10 s. Not durable. */
export const TESTSTATUS: Fanout = { exchange: 'teststatus.fanout', durable: false }
/** Workers say once that a test has completed. Durable. */
export const TESTCOMPLETE: Fanout = { exchange: 'testcomplete.fanout', durable: true }
/** Where messages go that nothing can be made of, with the reason in the header `x-reason`. Durable. */
export const DEAD_LETTER_QUEUE = 'autopkgtest-web.dead-letter'

/** A message that waits, or waited, in a queue, with all that it takes to put it back as it was. */
export interface Waiting {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, unknown>>
  /** What else it came with; undefined if nothing. */
  readonly properties?: MessageProperties | undefined
}

export interface Delivery extends Waiting {
  readonly redelivered: boolean
}

/** What becomes of a delivery; `dead-letter` moves it to {@link DEAD_LETTER_QUEUE} before it is acknowledged. */
export type DeliveryOutcome = 'ack' | 'requeue' | { readonly deadLetter: string }

/**
 * Takes deliveries one by one, in order, up to `prefetch` at once; each is acknowledged when its promise
 * settles, however late. A rejection is logged and requeues the delivery a second later, in its place.
 */
export type DeliveryHandler = (delivery: Delivery) => Promise<DeliveryOutcome>

export interface Subscription {
  readonly from: Fanout
  /**
   * A name makes a durable queue of its own that outlives the consumer and is shared by all who use the
   * name; undefined makes an exclusive, server-named queue that goes with the connection.
   */
  readonly queue?: string
  /** How many deliveries may be unacknowledged at once, from 1 to 65,535. */
  readonly prefetch: number
  /** Called after each (re)subscription is in force: what was missed meanwhile is missed. */
  readonly onSubscribed?: () => void
}

export interface Consumer {
  /** Stops taking deliveries, waits for the handlers under way, gives the rest back. */
  close(): Promise<void>
}

/** Why a queue is never looked into, in words for people; see {@link Broker.peek}. */
interface PerhapsUnread {
  readonly unread?: string
}

/** A look at what waits in a queue, oldest first, without consuming it. */
export interface Peek extends PerhapsUnread {
  readonly depth: number
  /** The oldest waiting bodies in order; shorter than `depth` when the look was limited, none of an unread queue. */
  readonly bodies: readonly Uint8Array[]
}

/**
 * What a message carries besides headers and body (AMQP 0-9-1, class `basic`), as far as others may set it: a priority
 * decides its place, an expiration its end.
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
  /** Whoever published it, where he said so. RabbitMQ takes it only from himself: it is left out of what we publish as others. */
  readonly userId?: string | undefined
  readonly appId?: string | undefined
  /** The broker may forget it when it is started again (delivery mode 1). */
  readonly transient?: true | undefined
}

/** What a {@link Broker.purge} did; nothing to an unread queue. */
export interface Purged extends PerhapsUnread {
  /** How many messages were looked at, oldest first; fewer than `depth` when the look was limited. */
  readonly seen: number
  /** How many waited. */
  readonly depth: number
  /** What is gone from the queue now, in its order. */
  readonly removed: readonly Waiting[]
}

/** How {@link Broker.purge} decides. */
export interface PurgeFilter {
  /** Called once for each message, oldest first; true takes it out. */
  readonly takesOut: (message: Waiting) => boolean
  /** Called with what is to go, before any of it is gone: when it rejects, all of it stays. */
  readonly keep: (removed: readonly Waiting[]) => Promise<void>
}

export type BrokerState =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly since: Date }

export interface PublishOptions {
  readonly headers?: Readonly<Record<string, unknown>>
  readonly properties?: MessageProperties | undefined
  /** Fail with {@link Unavailable} when no queue takes the message (default exchange only; default true). */
  readonly mandatory?: boolean
}

export interface Broker {
  /**
   * Publishes persistently to a queue through the default exchange; resolves when the broker confirmed it.
   * {@link Unavailable} if the message was refused or not sent; {@link Unconfirmed} if it was sent and not
   * confirmed: only then may it have been queued. Nothing is sent twice. A queue's name is at most 255 bytes, a
   * body at most 128 MiB ({@link BadInput}).
   */
  publish(queue: string, body: Uint8Array | string, options?: PublishOptions): Promise<void>
  /**
   * Publishes persistently to a fanout exchange (declared if missing); resolves when confirmed.
   * {@link Conflict} when an exchange of this name with other flags exists.
   */
  publishTo(fanout: Fanout, body: Uint8Array | string): Promise<void>
  /**
   * Declares fanout, queue and binding, and consumes; all again after every reconnection. Resolves when the
   * subscription is in force, or after five seconds without one: it is then tried for ever, and
   * {@link Broker.state} says what stands in its way.
   */
  subscribe(subscription: Subscription, handle: DeliveryHandler): Promise<Consumer>
  /**
   * Exact number of waiting messages by queue (those that a consumer holds do not wait); undefined for a
   * queue that does not exist. On RabbitMQ each question about a missing queue is an error in the broker's
   * log, so that a queue once seen missing is asked about again only half a minute later.
   */
  depths(queues: readonly string[]): Promise<ReadonlyMap<string, number | undefined>>
  /**
   * The oldest `limit` waiting messages, put back where they were; fewer when they come to more than
   * 64 MiB or take longer than ten seconds to read. On RabbitMQ they are invisible to workers for as long as
   * the look lasts. Undefined if the queue does not exist.
   *
   * A queue whose type or arguments make a look cost its messages something is never looked into, nor one of which the
   * broker does not tell (unless the configuration says so): `unread` is why.
   */
  peek(queue: string, limit: number): Promise<Peek | undefined>
  /**
   * Takes some of the waiting messages out of a queue for good; the others stay, in their order. Looks at no more than
   * 64 MiB, or half a minute's worth. What a consumer holds does not wait and is not looked at. A crash at any moment
   * loses nothing: a message is gone only after `keep` has resolved. On RabbitMQ what is looked at is invisible to
   * workers until it is done, `keep` included, for a minute at most. Undefined if the queue does not exist. Does nothing to
   * a queue that must not be looked into, see {@link peek}.
   */
  purge(queue: string, filter: PurgeFilter): Promise<Purged | undefined>
  /**
   * Takes the oldest message for good, as a worker does (`basic.get`, then ack). Undefined if there is none. `keep` is
   * called before it is acknowledged: if it throws, the message goes back to its place, and the promise rejects. A
   * crash between the two leaves what was kept and the message.
   */
  take(queue: string, keep?: (delivery: Delivery) => void): Promise<Delivery | undefined>
  /**
   * Declares durable queues as workers do. The embedded engine has no other declarer. {@link Conflict} when
   * a queue of the name exists with other flags or arguments.
   */
  declareQueues(queues: readonly string[]): Promise<void>
  /**
   * Follows what is published through the default exchange, in order and without taking anything. On
   * RabbitMQ this shows nothing while the broker's trace is off (`alive` says so), and shows publishes to
   * queues that do not exist too. The bodies, private ones included, go to the callback and nowhere else.
   */
  trace(onPublish: (queue: string, body: Uint8Array) => void): Promise<MessageTrace>
  /** Whether the broker can be reached now. Never throws. */
  state(): Promise<BrokerState>
  /** Closes every consumer, waiting for handlers for at most ten seconds, then the connection. */
  close(): Promise<void>
}

/** A running view of publishes; see ARCHITECTURE, "Reading queues". */
export interface MessageTrace {
  /**
   * Sends a canary through the trace and resolves to whether it came back within `timeoutMs`: all that was
   * confirmed before this call has then been shown. Also false, once, after anything may have been missed
   * (a lost connection, an overflow) since the last call.
   */
  alive(timeoutMs: number): Promise<boolean>
  close(): Promise<void>
}
