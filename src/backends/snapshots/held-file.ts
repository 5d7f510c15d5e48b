import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Held } from './snapshots.ts'

/** The conversion between a file's bytes and its value. */
export interface SnapshotFormat<T> {
  readonly empty: T
  /** Throws if the text is not in this format. */
  parse(text: string): T
  format(value: T): string
  /** For a large file of which most readers need little. */
  readonly outlining?: Outlining<T>
}

/** An outline that is written beside a large file, so that the file need not be parsed as a whole. */
export interface Outlining<T> {
  /** The text of the file, and its outline, which is JSON. */
  format(value: T): { readonly text: string; readonly outline: object }
  /** The value of a file from its outline. Throws if the outline is invalid. */
  read(outline: unknown, bytes: Buffer): T
}

const LARGEST_BYTES = 256 * 1024 * 1024

/** The result of looking for a file. */
export interface Found {
  /** Distinguishes states of the file without reading it. */
  readonly stamp: string
  readonly at: Date | undefined
  /** Undefined if there is something that cannot be read. */
  readonly bytes: Buffer | undefined
  /** The outline that was written with this state of the file. */
  readonly outline?: unknown
}

/** There is no such file. */
export const MISSING: Found = { stamp: 'missing', at: undefined, bytes: undefined }

interface Facts {
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly mtimeMs: bigint
}

/** The stamp of a file's metadata. */
export function stampOf({ ino, size, mtimeNs }: Facts): string {
  return `${ino.toString(36)}-${size}-${mtimeNs.toString(36)}`
}

/** Whether an error says that there is no such file. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
const unreadable = (error: unknown): Found => ({
  stamp: `unreadable-${(error as NodeJS.ErrnoException).code}`,
  at: undefined,
  bytes: undefined,
})

/** Reads a file and its metadata in one opening, so that they are of the same state. Never throws. */
export async function findFile(path: string): Promise<Found> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path)
    const facts = await handle.stat({ bigint: true })
    const bytes = facts.size > LARGEST_BYTES ? undefined : await handle.readFile()
    return { stamp: stampOf(facts), at: new Date(Number(facts.mtimeMs)), bytes }
  } catch (error) {
    return isMissing(error) ? MISSING : unreadable(error)
  } finally {
    await handle?.close()
  }
}

/** The same, synchronously, for the start. */
export function findFileNow(path: string): Found {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    const facts = fstatSync(fd, { bigint: true })
    const bytes = facts.size > LARGEST_BYTES ? undefined : readFileSync(fd)
    return { stamp: stampOf(facts), at: new Date(Number(facts.mtimeMs)), bytes }
  } catch (error) {
    return isMissing(error) ? MISSING : unreadable(error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** The value of a file, parsed when it is first needed: most states of a large file are never read. */
export class HeldFile<T> implements Held<T> {
  readonly bytes: Buffer
  readonly version: string
  readonly at: Date | undefined
  readonly #format: SnapshotFormat<T>
  readonly #found: Found
  #fallback: T
  #parsed: { state: Held<T>['state']; value: T } | undefined

  /** `fallback` is the last good value that was read. */
  constructor(found: Found, format: SnapshotFormat<T>, fallback: T) {
    this.#found = found
    this.#format = format
    this.#fallback = fallback
    this.bytes = found.bytes ?? Buffer.from(format.format(found === MISSING ? format.empty : fallback))
    this.version = found.stamp
    this.at = found.at
  }

  get state(): Held<T>['state'] {
    return this.#parse().state
  }

  get value(): T {
    return this.#parse().value
  }

  /** The last good value known here, without parsing. */
  get known(): T {
    return this.#parsed?.value ?? this.#fallback
  }

  /** Sets the value, which is known because this process wrote it. */
  know(value: T): this {
    this.#parsed = { state: 'ok', value }
    return this
  }

  #parse(): { state: Held<T>['state']; value: T } {
    this.#parsed ??= this.#read()
    return this.#parsed
  }

  #read(): { state: Held<T>['state']; value: T } {
    if (this.#found === MISSING) return { state: 'missing', value: this.#format.empty }
    if (this.#found.bytes === undefined) return { state: 'broken', value: this.#fallback }
    const outlined = this.#outlined(this.#found.bytes)
    if (outlined !== undefined) return { state: 'ok', value: outlined }
    try {
      return { state: 'ok', value: this.#format.parse(this.#found.bytes.toString('utf8')) }
    } catch {
      return { state: 'broken', value: this.#fallback }
    }
  }

  #outlined(bytes: Buffer): T | undefined {
    if (this.#found.outline === undefined) return undefined
    try {
      return this.#format.outlining?.read(this.#found.outline, bytes)
    } catch {
      return undefined // from another version of this program: the file itself is parsed instead
    }
  }
}

/** The path of a file's outline. */
export const outlinePath = (path: string): string => join(dirname(path), `.${basename(path)}.outline`)

/** The text of an outline for a state of its file. */
export const formatOutline = (stamp: string, outline: object): string => JSON.stringify({ stamp, outline })

/** Adds the outline of a file, if it belongs to the state that was found. */
export async function withOutline(path: string, found: Found): Promise<Found> {
  try {
    const written = JSON.parse(await readFile(outlinePath(path), 'utf8')) as {
      stamp?: unknown
      outline?: unknown
    }
    return written.stamp === found.stamp ? { ...found, outline: written.outline } : found
  } catch {
    return found
  }
}
