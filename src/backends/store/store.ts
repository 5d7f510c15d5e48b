import type { Readable } from 'node:stream'

/**
 * The object store, where results live: containers of named objects, as OpenStack Swift has them. Engines:
 * Swift and a folder in the same layout. The store is the truth; everything else can be rebuilt from it.
 *
 * Names are checked by every engine: a container has no slash and is not `.` or `..`; an object's name has no
 * empty, `.` or `..` part, no NUL, and does not begin with a slash. A bad one is {@link BadInput}.
 */
export interface ListQuery {
  readonly prefix?: string
  /** One or more characters; names that go on after it are rolled up into a `subdir`. */
  readonly delimiter?: string
  /** Only names after this one (exclusive), in the byte order of their UTF-8. */
  readonly marker?: string
  /** Only names before this one (exclusive). */
  readonly endMarker?: string
  /** At most so many entries, 1 to 10,000 (default 10,000, as Swift's). */
  readonly limit?: number
}

export interface ListedObject {
  readonly name: string
  readonly bytes: number
  readonly lastModified: Date
  readonly contentType: string
  /** MD5 of the bytes in hex, as Swift gives it. */
  readonly hash: string
}

/** One entry of a listing: an object, or a common prefix that ends in the delimiter. */
export type ListEntry = ListedObject | { readonly subdir: string }

/** `public` has a read ACL that lets anybody read and list (`.r:*,.rlistings`). */
export type Access = 'public' | 'private' | 'missing'

export interface ObjectInfo {
  /** Length of the stored bytes. */
  readonly bytes: number
  readonly contentType: string
  /** `gzip` for `log.gz`: the stored bytes are the encoded ones and are never decoded by an engine. */
  readonly contentEncoding?: string
  readonly lastModified: Date
  /** MD5 of the bytes in hex, without quotes. */
  readonly etag: string
}

/** First and last byte, inclusive; `last` undefined: to the end. A negative `first`: the last -first bytes. */
export interface ByteRange {
  readonly first: number
  readonly last?: number
}

export interface StoredObject extends ObjectInfo {
  /** The stored bytes, or the range of them. Destroying it ends the transfer. */
  readonly body: Readable
  /** Set if a range was asked for and given: what of the whole this is. */
  readonly range?: { readonly first: number; readonly last: number; readonly total: number }
}

export interface GetOptions {
  /** Unsatisfiable ranges are a {@link BadInput}. */
  readonly range?: ByteRange
  readonly signal?: AbortSignal
}

export interface PutOptions {
  /** Default: by file name, see `domain/object-type`. */
  readonly contentType?: string
  readonly contentEncoding?: string
}

export type StoreState = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface Store {
  /** Names of containers in order, at most 10,000 a call. */
  containers(query?: { prefix?: string; marker?: string; limit?: number }): Promise<string[]>
  /** One page of a listing in byte order of names; undefined if the container does not exist. */
  list(container: string, query?: ListQuery): Promise<ListEntry[] | undefined>
  /** Whether strangers may read a container. Asked anew each time; callers keep it. */
  access(container: string): Promise<Access>
  head(container: string, name: string): Promise<ObjectInfo | undefined>
  /** Undefined if object or container is missing. The caller must consume or destroy `body`. */
  get(container: string, name: string, options?: GetOptions): Promise<StoredObject | undefined>
  /** Writes an object as a whole: readers see the old one or the new one. The container must exist. */
  put(container: string, name: string, body: Readable | Uint8Array, options?: PutOptions): Promise<void>
  /** Makes the container if it is missing, and sets its read ACL. */
  createContainer(container: string, access: 'public' | 'private'): Promise<void>
  /** No error if it is missing. */
  remove(container: string, name: string): Promise<void>
  /** Whether the store can be reached now. Never throws. */
  state(): Promise<StoreState>
  close(): Promise<void>
}
