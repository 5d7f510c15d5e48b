/**
 * The Debian archive, as far as the published database needs it: which version of a source is in which
 * pocket.
 */
export interface Archive {
  /**
   * Reads `dists/<pocket>/<component>/source/Sources.gz` (or `.xz` if there is no `.gz`), if it changed since
   * a Last-Modified that an earlier call returned. Unavailable if the archive does not answer, BadInput if it
   * sends something else than an index.
   */
  sources(
    pocket: string,
    component: string,
    since: string | undefined,
    signal?: AbortSignal,
  ): Promise<SourcesIndex>
  /** The URL of an index, as kept in `url_last_checked`. */
  sourcesUrl(pocket: string, component: string): string
  close(): Promise<void>
}

export type SourcesIndex =
  | { readonly state: 'unchanged' }
  | { readonly state: 'missing' }
  | {
      readonly state: 'changed'
      /** When it was sent, if the archive does not say when it was changed. */
      readonly lastModified: string
      readonly packages: readonly { readonly package: string; readonly version: string }[]
    }
