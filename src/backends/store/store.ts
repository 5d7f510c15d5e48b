import type { Readable } from 'node:stream'

/**
 * The object store, where results are kept: containers of named objects, as in OpenStack Swift. Engines:
 * Swift and a folder in the same layout. The store is the truth; everything else can be rebuilt from it.
 * Names are checked by every engine: a container has no slash, is not `.` or `..` and has at most 256 bytes;
 * an object's name has no empty, `.` or `..` part and at most 1024 bytes; neither holds a NUL. A bad name is
 * {@link BadInput}. A store that is away or gives invalid answers is {@link Unavailable}, after some
 * attempts.
 */
export interface ListQuery {
  readonly prefix?: string
  /** One or more characters; names that continue after it are rolled up into a `subdir`. */
  readonly delimiter?: string
  /**
   * Only names after this one (exclusive), in the byte order of their UTF-8. A `subdir` equal to it is left
   * out.
   */
  readonly marker?: string
  /** Only names before this one (exclusive). */
  readonly endMarker?: string
  /** The most entries, 1 to 10,000 (default 10,000, as Swift's). */
  readonly limit?: number
}

export interface ListOptions extends ListQuery {
  /** Whether the `hash` of each is needed (default true): a folder has to read a file to know it, once. */
  readonly hashes?: boolean
}

export interface ListedObject {
  readonly name: string
  readonly bytes: number
  readonly lastModified: Date
  readonly contentType: string
  /**
   * The same as the object's `etag`; '' if it was not asked for, the file cannot be read, or too many would
   * have to be read for one listing.
   */
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
  /** Swift gives it to the second, rounded up, but exactly in listings. */
  readonly lastModified: Date
  /**
   * Without quotes: the MD5 of the bytes, in hex; in Swift, a large object made of parts has a different
   * text. '' if it was not asked for.
   */
  readonly etag: string
}

/**
 * First and last byte, inclusive; `last` undefined: to the end. A negative `first`: the last -first bytes.
 */
export interface ByteRange {
  readonly first: number
  readonly last?: number
}

export interface StoredObject extends ObjectInfo {
  /**
   * The stored bytes, or the range of them. Destroying it ends the transfer. It fails with
   * {@link Unavailable} if the store breaks off before the last byte.
   */
  readonly body: Readable
  /** Set if a range was asked for and given: its place in the whole. `bytes` stays that of the whole. */
  readonly range?: { readonly first: number; readonly last: number; readonly total: number }
}

export interface GetOptions {
  /** Unsatisfiable ranges are a {@link BadInput}. The end of an empty object is the empty object. */
  readonly range?: ByteRange
  readonly signal?: AbortSignal
  /** Whether the `etag` is needed (default true): a folder has to read a file to know it, once. */
  readonly hash?: boolean
}

/** Default: both by file name, see `domain/object-type`. A folder knows no other types than these. */
export interface PutOptions {
  readonly contentType?: string
  readonly contentEncoding?: string
}

export type StoreState = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface Store {
  /**
   * Names of containers in order, at most 10,000 a call. {@link Forbidden} if only the owner may list them: a
   * public Swift account that is read without credentials.
   */
  containers(query?: { prefix?: string; marker?: string; limit?: number }): Promise<string[]>
  /**
   * One page of a listing in byte order of names; undefined if the container does not exist. Only an empty
   * page is certain to be the last. A page always continues after its marker: a store that repeats a page is
   * {@link Unavailable}.
   */
  list(container: string, query?: ListOptions): Promise<ListEntry[] | undefined>
  /**
   * Whether anybody may read a container without a login. Asks the store each time; callers keep the answer.
   */
  access(container: string): Promise<Access>
  head(container: string, name: string): Promise<ObjectInfo | undefined>
  /** Undefined if object or container is missing. The caller must consume or destroy `body`. */
  get(container: string, name: string, options?: GetOptions): Promise<StoredObject | undefined>
  /**
   * Writes an object as a whole: readers see the old one or the new one. {@link NotFound} if the container
   * does not exist. A stream that cannot be written is destroyed; an error of its own is passed on.
   */
  put(container: string, name: string, body: Readable | Uint8Array, options?: PutOptions): Promise<void>
  /**
   * Creates the container if it is missing, and sets its read ACL. `reader` names a user of Swift who may
   * read a private one; a folder has no such users. {@link Forbidden} in an account that is read anonymously.
   */
  createContainer(container: string, access: 'public' | 'private', reader?: string): Promise<void>
  /** Removes an empty container; no error if it is missing. {@link Conflict} if it is not empty. */
  removeContainer(container: string): Promise<void>
  /** No error if it is missing. */
  remove(container: string, name: string): Promise<void>
  /** Whether the store can be reached now. Never throws. */
  state(): Promise<StoreState>
  close(): Promise<void>
}
