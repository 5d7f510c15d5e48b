import type { QueueKey } from '../../domain/queue/queue-name.ts'

/**
 * So many refusals of one requester at one address are kept in an hour, so that nobody pushes out what others were refused.
 * Who has as many is asked to wait: beyond them there is nothing to count.
 */
export const REFUSALS_PER_HOUR = 200

/**
 * Requests that were made here: the audit trail, and what keeps two equal ones from being queued at the same
 * moment on two websites.
 */
export interface Requests {
  /**
   * Claims these requests, all or none, before they are published: resolves to the newest equal one that was
   * claimed or published within `window` (seconds) of now if there is any, or to `limited` if somebody would have more
   * than a limit allows. Atomic among all websites of this database: of what is asked for at one moment no more is
   * claimed than is allowed. BadInput if two of them are equal.
   */
  claim(
    requests: readonly NewRequest[],
    window: number,
    now: Date,
    limits?: readonly RequestLimit[],
  ): Promise<'claimed' | 'limited' | { readonly equal: SubmittedRequest }>
  /** The broker confirmed it, whatever was thought of it before. */
  published(uuid: string, now: Date): Promise<void>
  /** A claimed one could not be published: it no longer stands in the way of an equal one. */
  failed(uuid: string, reason: string): Promise<void>
  /**
   * It was taken out of its queue before a worker had it, and no longer stands in the way of an equal one; what was
   * not made here, or has failed, is left alone. `published` takes it back.
   */
  removed(uuid: string, reason: string): Promise<void>
  /**
   * Keeps what was refused, cut to some thousand characters, for the audit trail: the newest ten thousand, and of one
   * requester at one address so many in an hour that nobody fills it alone.
   */
  refused(request: RefusedRequest): Promise<void>
  /** Drops what was refused before a time. */
  forgetRefusals(before: Date): Promise<void>
  /** How many of a requester's requests were refused since a time, as far as they are kept. */
  countRefusals(requester: string, since: Date): Promise<number>
  /** Newest first. */
  refusals(page: { limit: number; offset: number }): Promise<RefusedRequest[]>
  /** Those of one requester among the newest ten thousand, newest first. */
  refusalsOf(requester: string, limit: number): Promise<RefusedRequest[]>
  /**
   * Claims that were neither published nor given up, oldest first: a crash fell in between. Those too that seem to come
   * from more than an hour later: a clock was wrong.
   */
  unsettled(olderThan: Date, limit: number): Promise<SubmittedRequest[]>

  byUuid(uuid: string): Promise<SubmittedRequest | undefined>
  /** Newest first, those of one moment by uuid; private ones too: the caller shows them to their readers alone. */
  byRequester(name: string, page: RequestsPage): Promise<SubmittedRequest[]>
  /**
   * How many were accepted from a requester, or from an address, in the two hours since a time; failed ones do not
   * count. What seems to come from later was accepted while a clock was wrong.
   */
  countSince(who: Counted, since: Date): Promise<number>
}

/** Whose requests are counted. */
export type Counted = { readonly requester: string } | { readonly address: string }

/** At most so many requests since a time, as {@link Requests.countSince} counts them. */
export interface RequestLimit {
  readonly who: Counted
  readonly since: Date
  readonly most: number
}

/** The next `limit` requests after (exclusive) the place of one in the order. */
export interface RequestsPage {
  readonly limit: number
  readonly after?: Pick<SubmittedRequest, 'submitted' | 'uuid'> | undefined
}

export type RequestSource = 'page' | 'script' | 'key' | 'webhook' | 'command'

export interface NewRequest extends QueueKey {
  readonly uuid: string
  readonly package: string
  /**
   * Equal for requests that would test the same: package, release, arch, triggers, all-proposed, PPAs, env, git.
   * A digest: it is in an index.
   */
  readonly fingerprint: string
  /** The message as it is sent, byte for byte. */
  readonly body: string
  readonly requester: string
  /** Readers of a private request; empty for a public one. */
  readonly readableBy: readonly string[]
  readonly source: RequestSource
  readonly address: string
}

export interface SubmittedRequest extends NewRequest {
  readonly state: 'claimed' | 'published' | 'failed' | 'removed'
  readonly submitted: Date
  /** When the broker had confirmed it. */
  readonly published: Date | undefined
  /** Why it failed, or was removed. */
  readonly reason: string | undefined
  /** The five hex digits that the run id will carry: sha1(body + arch + release). */
  readonly runIdSuffix: string
}

export interface RefusedRequest {
  readonly requester: string
  readonly source: RequestSource
  readonly address: string
  /** What was asked for, as given. */
  readonly asked: string
  readonly reason: string
  readonly at: Date
}
