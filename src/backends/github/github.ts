import type { GithubStatus } from '../../domain/request/github-status.ts'

/** GitHub, as far as a test service needs it: the signatures of webhooks, and the statuses of commits. */
export interface Github {
  /**
   * Whether one of the secrets of this package made the signature of these bytes. If there is a SHA-256
   * signature, only that one counts. Unavailable if the secrets cannot be read.
   */
  isSigned(packageName: string, body: Uint8Array, signatures: Signatures): Promise<boolean>
  /**
   * Posts the status of a commit. Never throws: problems are returned as an answer. `url` is the commit's
   * address for statuses, as GitHub gave it; credentials are only sent to one of that form on the configured
   * GitHub.
   */
  postStatus(packageName: string, url: string, status: GithubStatus): Promise<StatusAnswer>
  close(): Promise<void>
}

/** The headers `X-Hub-Signature-256` (`sha256=HEX`) and `X-Hub-Signature` (`sha1=HEX`) as received. */
export interface Signatures {
  readonly sha256: string | undefined
  readonly sha1: string | undefined
}

export type StatusAnswer =
  | { readonly answer: 'posted' }
  /** There is no point in trying again. */
  | { readonly answer: 'refused'; readonly reason: string }
  /** It may work later; not before `notBefore` if GitHub said so. */
  | { readonly answer: 'failed'; readonly reason: string; readonly notBefore: Date | undefined }
