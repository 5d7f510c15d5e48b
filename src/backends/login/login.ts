/**
 * The identity of a user, as confirmed by a provider. Engines: OpenID 2.0 with one fixed provider, and named
 * users of the configuration for a service on one's own machine.
 */
export type Login = RedirectLogin | ChoiceLogin

/** A user as known to the provider. */
export interface ProvenIdentity {
  /** Never changes; the nickname may. */
  readonly claimedId: string
  readonly nickname: string
}

/** The browser is sent to the provider, and comes back with a signed answer. */
export interface RedirectLogin {
  readonly kind: 'redirect'
  /**
   * @param realm the site's root, with a slash at the end
   * @param returnTo below it, with everything that must come back
   */
  begin(realm: string, returnTo: string): Promise<string>
  /**
   * Checks an answer in full: `answer` is the query that it came with, and the fields of the form if it came
   * as one; `returnTo` is exactly what `begin` was given in this browser. BadInput if it is forged, stale,
   * incomplete or cancelled (the message is for the user); Unavailable if the provider does not answer.
   * `takeNonce` must be true once for each nonce, for ever.
   */
  complete(
    answer: URLSearchParams,
    expected: { readonly returnTo: string },
    takeNonce: (nonce: string, until: Date) => Promise<boolean>,
  ): Promise<ProvenIdentity>
  close(): Promise<void>
}

/** Users say who they are: safe only if nobody but the owner of the machine has access. */
export interface ChoiceLogin {
  readonly kind: 'choice'
  readonly users: readonly string[]
  /** Undefined for a name that is not in the list. */
  choose(name: string): ProvenIdentity | undefined
  close(): Promise<void>
}
