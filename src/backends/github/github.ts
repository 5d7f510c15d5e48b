import type { GithubStatus } from '../../domain/request/github-status.ts'

/** GitHub, as far as a test service has to do with it: who signs webhooks, and the statuses of commits. */
export interface Github {
  /**
   * Whether one of the secrets of this package made the signature of these bytes. Where there is a signature by
   * SHA-256, that one alone counts. Unavailable if the secrets cannot be read.
   */
  isSigned(packageName: string, body: Uint8Array, signatures: Signatures): Promise<boolean>
  /**
   * Says how a commit fares. Never throws: what is in the way is an answer. `url` is the commit's address for
   * statuses, as GitHub gave it; credentials go nowhere but to one of that form on the configured GitHub.
   */
  postStatus(packageName: string, url: string, status: GithubStatus): Promise<StatusAnswer>
  close(): Promise<void>
}

/** The headers `X-Hub-Signature-256` (`sha256=HEX`) and `X-Hub-Signature` (`sha1=HEX`) as they came. */
export interface Signatures {
  readonly sha256: string | undefined
  readonly sha1: string | undefined
}

export type StatusAnswer =
  | { readonly answer: 'posted' }
  /** Trying again is of no use. */
  | { readonly answer: 'refused'; readonly reason: string }
  /** It may go better later; not before `notBefore` where GitHub said so. */
  | { readonly answer: 'failed'; readonly reason: string; readonly notBefore: Date | undefined }
