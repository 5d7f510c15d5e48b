import type { Validators } from '../http/fetch-changed.ts'

export type { Validators }

/**
 * The Debian archive, as far as the published database needs it: which version of a source is in which
 * pocket.
 */
export interface Archive {
  /**
   * Reads `dists/<pocket>/<component>/source/Sources.gz` (or `.xz` if there is no `.gz`), if it changed since
   * an earlier call, as described by what that returned. Unavailable if the archive does not answer, BadInput if it
   * sends something else than an index.
   */
  sources(pocket: string, component: string, since: Validators, signal?: AbortSignal): Promise<SourcesIndex>
  /** The URL of an index, as kept in `url_last_checked`. */
  sourcesUrl(pocket: string, component: string): string
  close(): Promise<void>
}

export type SourcesIndex =
  | { readonly state: 'unchanged' }
  | { readonly state: 'missing' }
  | {
      readonly state: 'changed'
      /** `lastModified` is when it was sent, if the archive does not say when it was changed; '' if neither. */
      readonly validators: Validators & { readonly lastModified: string }
      /** Whether the archive describes the index, so that it can tell later whether that has changed. */
      readonly isTold: boolean
      /** Of its bytes: the same for an index that is sent again. */
      readonly digest: string
      readonly packages: readonly { readonly package: string; readonly version: string }[]
    }
