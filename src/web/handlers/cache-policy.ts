/** How long others may keep an answer, by name; the headers follow from it. */
export type CachePolicy =
  /** Anonymous page or JSON: may be kept, must be asked for again each time (304 when it did not change). */
  | 'revalidate'
  /** Files that other programs fetch again and again, as the reference serves `/static/`. */
  | 'minute'
  /** The name holds a hash of the content. */
  | 'immutable'
  /** Streams, errors and whatever is for one reader alone. */
  | 'no-store'

const HEADERS: Readonly<Record<CachePolicy, string>> = {
  revalidate: 'public, no-cache',
  minute: 'public, max-age=60',
  immutable: 'public, max-age=31536000, immutable',
  'no-store': 'no-store',
}

/** The value of `Cache-Control`. */
export function cacheControl(policy: CachePolicy): string {
  return HEADERS[policy]
}
