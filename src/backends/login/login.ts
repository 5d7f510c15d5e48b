/**
 * Who somebody is, as a provider vouches for it. Engines: OpenID 2.0 with one fixed provider, and named users of
 * the configuration for a service on one's own machine.
 */
export type Login = RedirectLogin | ChoiceLogin

/** Somebody as the provider knows them. */
export interface ProvenIdentity {
  /** Stays the same for ever; the nickname may change. */
  readonly claimedId: string
  readonly nickname: string
}

/** The browser is sent to the provider, and comes back with a signed answer. */
export interface RedirectLogin {
  readonly kind: 'redirect'
  /** @param realm the site's root, with a slash at the end; @param returnTo below it, with whatever must come back */
  begin(realm: string, returnTo: string): Promise<string>
  /**
   * Checks an answer in full: `answer` is the query that it came with, and the fields of the form if it came as
   * one; `returnTo` is what `begin` was given in this browser, to the letter. BadInput if it is forged, stale, incomplete or cancelled (the message is for the
   * person); Unavailable if the provider does not answer. `takeNonce` must be true once for each nonce, for ever.
   */
  complete(
    answer: URLSearchParams,
    expected: { readonly returnTo: string },
    takeNonce: (nonce: string, until: Date) => Promise<boolean>,
  ): Promise<ProvenIdentity>
  close(): Promise<void>
}

/** The reader says who they are: safe only where nobody but the owner of the machine can ask. */
export interface ChoiceLogin {
  readonly kind: 'choice'
  readonly users: readonly string[]
  /** Undefined for somebody who is not in the list. */
  choose(name: string): ProvenIdentity | undefined
  close(): Promise<void>
}
