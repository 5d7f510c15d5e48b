/**
 * Who is logged in, and which scripts may make requests: data that cannot be rebuilt. Secrets are kept as
 * hashes only: nobody can log in with what is read from the database.
 */
export interface Accounts {
  /** Starts a session and returns its secret, which is kept nowhere else. */
  startSession(who: Identity, now: Date): Promise<string>
  /** Undefined for an unknown, ended or expired secret. Extends the session, at most once a day. */
  session(secret: string, now: Date): Promise<Session | undefined>
  /**
   * The session of a browser that sends its secret in the cookie of an older version: once, within the month
   * that it had left when that version last saw it, and never for a session that this version started.
   */
  takeOver(secret: string, now: Date): Promise<Session | undefined>
  endSession(secret: string): Promise<void>

  /** True the first time a nonce is seen, on whichever website; it is remembered until `until`. */
  takeNonce(nonce: string, until: Date, now: Date): Promise<boolean>

  /**
   * Creates a key for a requester's name and returns it, once only. Replaces nothing: a name may have
   * several.
   */
  createKey(name: string, expires: Date | undefined, now: Date): Promise<string>
  /** The owner of a key, undefined if it is unknown or expired; records its use, to the minute. */
  keyOwner(key: string, now: Date): Promise<string | undefined>
  /** All keys that were not revoked, also expired ones, by name and age. */
  keys(): Promise<ApiKey[]>
  /** True if there was such a key. Takes effect at once, on every website of this database. */
  revokeKey(id: string): Promise<boolean>
}

/** A user as known to the login provider. */
export interface Identity {
  /** Never changes: sessions are bound to it, not to the nickname. */
  readonly claimedId: string
  /** The Launchpad name. */
  readonly nickname: string
}

export interface Session extends Identity {
  readonly expires: Date
}

export interface ApiKey {
  /** Identifies the key to an operator; not part of the key itself. */
  readonly id: string
  readonly name: string
  readonly created: Date
  readonly expires: Date | undefined
  readonly lastUsed: Date | undefined
}

/** Sessions last this long after they were last used, as clients that replay cookie files rely on. */
export const SESSION_DAYS = 31
