import type { QueueKey } from '../../domain/queue/queue-name.ts'

/**
 * The most refusals of one requester at one address that are kept per hour, so that nobody pushes out those
 * of others. A requester who has as many is asked to wait: any more are not counted.
 */
export const REFUSALS_PER_HOUR = 200

/**
 * Requests that were made here: the audit trail, which also keeps two equal ones from being queued at the
 * same moment on two websites.
 */
export interface Requests {
  /**
   * Claims these requests, all or none, before they are published: resolves to the newest equal one that was
   * claimed or published within `window` (seconds) of now if there is any, or to `limited` if a limit would
   * be exceeded. Atomic among all websites of this database: requests made at the same moment cannot exceed a
   * limit together. BadInput if two of them are equal.
   */
  claim(
    requests: readonly NewRequest[],
    window: number,
    now: Date,
    limits?: readonly RequestLimit[],
  ): Promise<'claimed' | 'limited' | { readonly equal: SubmittedRequest }>
  /** The broker confirmed it, whatever its recorded state was. */
  published(uuid: string, now: Date): Promise<void>
  /** A claimed request could not be published: it no longer blocks an equal one. */
  failed(uuid: string, reason: string): Promise<void>
  /**
   * It was taken out of its queue before a worker had it, and no longer blocks an equal one. Requests that
   * were not made here, or have failed, are left alone. `published` reverts it.
   */
  removed(uuid: string, reason: string): Promise<void>
  /**
   * Keeps a refused request for the audit trail, cut to some thousand characters: the newest ten thousand,
   * and a limited number per hour of one requester at one address, so that nobody fills it alone.
   */
  refused(request: RefusedRequest): Promise<void>
  /** Drops requests that were refused before a time. */
  forgetRefusals(before: Date): Promise<void>
  /** The number of kept refusals of a requester since a time. */
  countRefusals(requester: string, since: Date): Promise<number>
  /** Newest first. */
  refusals(page: { limit: number; offset: number }): Promise<RefusedRequest[]>
  /** Those of one requester among the newest ten thousand, newest first. */
  refusalsOf(requester: string, limit: number): Promise<RefusedRequest[]>
  /**
   * Claims that were neither published nor given up, oldest first, as a crash came in between. Includes those
   * that seem to come from more than an hour later, as a clock was wrong.
   */
  unsettled(olderThan: Date, limit: number): Promise<SubmittedRequest[]>

  byUuid(uuid: string): Promise<SubmittedRequest | undefined>
  /**
   * Newest first, those of one moment by uuid; private ones too: the caller shows them only to their readers.
   */
  byRequester(name: string, page: RequestsPage): Promise<SubmittedRequest[]>
  /**
   * How many requests from a requester, or from an address, were accepted in the two hours since a time;
   * failed ones do not count. Those that seem to come from later were accepted while a clock was wrong.
   */
  countSince(who: Counted, since: Date): Promise<number>
}

/** Whose requests are counted. */
export type Counted = { readonly requester: string } | { readonly address: string }

/** The most requests since a time, as {@link Requests.countSince} counts them. */
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
   * Equal for requests that would test the same: package, release, arch, triggers, all-proposed, PPAs, env,
   * git. A digest, as it is in an index.
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
  /** The request as it was entered. */
  readonly asked: string
  readonly reason: string
  readonly at: Date
}
