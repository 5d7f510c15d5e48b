/**
 * Who is signed in, and which scripts may ask: part of what cannot be rebuilt. Secrets are kept as hashes only:
 * who reads the database cannot sign in with what it holds.
 */
export interface Accounts {
  /** Starts a session and returns its secret, which is kept nowhere else. */
  startSession(who: Identity, now: Date): Promise<string>
  /** Undefined for an unknown, ended or expired secret. Moves the end on, at most once a day. */
  session(secret: string, now: Date): Promise<Session | undefined>
  /**
   * The session of a browser that brings it in the cookie of an older version: once, before the month is over that it had
   * left when that version last saw it, and never for one that was begun by this version.
   */
  takeOver(secret: string, now: Date): Promise<Session | undefined>
  endSession(secret: string): Promise<void>

  /** True the first time a nonce is seen, on whichever website; it is remembered until `until`. */
  takeNonce(nonce: string, until: Date, now: Date): Promise<boolean>

  /** Makes a key for a requester's name and returns it; it is shown once. Replaces nothing: a name may have several. */
  createKey(name: string, expires: Date | undefined, now: Date): Promise<string>
  /** The requester that a key belongs to, undefined if it is unknown or expired; notes its use, to the minute. */
  keyOwner(key: string, now: Date): Promise<string | undefined>
  /** All that were not revoked, the expired ones too, by name and age. */
  keys(): Promise<ApiKey[]>
  /** True if there was such a key. In force at once, on every website of this database. */
  revokeKey(id: string): Promise<boolean>
}

/** Somebody as the login provider knows them. */
export interface Identity {
  /** Stays the same for ever: sessions are bound to it, not to the nickname. */
  readonly claimedId: string
  /** The Launchpad name. */
  readonly nickname: string
}

export interface Session extends Identity {
  readonly expires: Date
}

export interface ApiKey {
  /** Names the key to an operator; no part of the key itself. */
  readonly id: string
  readonly name: string
  readonly created: Date
  readonly expires: Date | undefined
  readonly lastUsed: Date | undefined
}

/** Sessions last so long after they were last used, as clients that replay cookie files rely on. */
export const SESSION_DAYS = 31
