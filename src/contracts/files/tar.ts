import { BadInput } from '../../domain/errors.ts'

/** One member of a tar, as in the archive: its name may be anything, and is not a path on this machine. */
export interface TarMember {
  /** Without `../` at its beginning; invalid UTF-8 is replaced. */
  readonly name: string
  readonly bytes: number
  /** False for folders, links and devices, which have no content. */
  readonly isFile: boolean
  /** Reads the content, once. Unread content is skipped when the next member is requested. */
  read(): AsyncGenerator<Uint8Array>
}

export interface TarLimits {
  /** The name of the tar in messages. */
  readonly what: string
  /** The greatest size of the whole tar in bytes, including skipped content. */
  readonly bytes: number
  readonly members: number
}

const BLOCK = 512
/**
 * The greatest size of long names and other extended headers, which are read completely; real ones have a few
 * hundred bytes.
 */
const EXTENSION_BYTES = 64 * 1024
/** A member has at most a long name, a long target and records of its own before it. */
const EXTENSIONS_IN_A_ROW = 8
/** For all members together; real names have about fifty bytes. */
const ALL_EXTENSIONS_BYTES = 8 * 1024 * 1024
/** Records in one header: real ones have a dozen, of which two are used. */
const RECORDS = 100

/**
 * Reads an uncompressed tar in the formats that GNU tar and Python write (POSIX.1-1988 and 2001, old GNU), in
 * memory that does not depend on its content. Throws {@link BadInput} if it is damaged, truncated or larger
 * than the limits; an error of `source` is thrown unchanged. `source` is read to its end, or closed where
 * reading stops.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  limits: TarLimits,
): AsyncGenerator<TarMember> {
  const input = new Input(source, limits)
  try {
    let extended: Extension = {}
    let [inRow, extensionBytes] = [0, 0]
    for (let count = 0; ; ) {
      const header = parseHeader(await input.exactly(BLOCK), limits.what)
      if (header === undefined) break
      const bytes = extended.size ?? header.bytes
      if (isExtension(header.type)) {
        if (bytes > EXTENSION_BYTES) throw new BadInput(`${limits.what} has a header of ${bytes} bytes`)
        extensionBytes += bytes
        if (++inRow > EXTENSIONS_IN_A_ROW || extensionBytes > ALL_EXTENSIONS_BYTES)
          throw new BadInput(`${limits.what} has more headers than its members need`)
        const content = await input.exactly(bytes)
        await input.skip(padding(bytes))
        extended = { ...extended, ...parseExtension(header.type, content, limits.what) }
        continue
      }
      inRow = 0
      if (++count > limits.members)
        throw new BadInput(`${limits.what} has more than ${limits.members} members`)
      const isFile = header.type === '0' || header.type === '\0' || header.type === '7'
      const name = (extended.path ?? header.name).replace(/^(?:\.\/+)+(?=.)/s, '')
      extended = {}
      // The size of a folder or link, if given, is not that of any content (as in Python's tarfile)
      let left = isFile || !/[1-6]/.test(header.type) ? bytes : 0
      const end = padding(left)
      yield {
        name,
        bytes: left,
        isFile: isFile && !name.endsWith('/'),
        async *read() {
          while (left > 0) {
            const chunk = await input.some(left)
            left -= chunk.length
            yield chunk
          }
        },
      }
      await input.skip(left + end)
    }
    await input.toItsEnd()
  } finally {
    await input.close()
  }
}

const padding = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK

/** Bytes taken from the front of a stream. */
class Input {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #limits: TarLimits
  #chunk: Uint8Array = new Uint8Array()
  #total = 0

  constructor(source: AsyncIterable<Uint8Array>, limits: TarLimits) {
    this.#source = source[Symbol.asyncIterator]()
    this.#limits = limits
  }

  /** False at the end. */
  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#source.next()
      if (done) return false
      this.#chunk = value
      this.#total += value.length
      if (this.#total > this.#limits.bytes) {
        throw new BadInput(`${this.#limits.what} has more than ${this.#limits.bytes} bytes`)
      }
    }
    return true
  }

  /** The available bytes, at least one and at most `most`. */
  async some(most: number): Promise<Uint8Array> {
    if (!(await this.#fill())) throw new BadInput(`${this.#limits.what} is cut short`)
    const piece = this.#chunk.subarray(0, most)
    this.#chunk = this.#chunk.subarray(piece.length)
    return piece
  }

  async exactly(bytes: number): Promise<Buffer> {
    const pieces: Uint8Array[] = []
    for (let left = bytes; left > 0; left -= pieces.at(-1)?.length ?? 0) pieces.push(await this.some(left))
    return Buffer.concat(pieces)
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) left -= (await this.some(left)).length
  }

  /** Skips the zeros that pad a tar, so that a connection can be reused. */
  async toItsEnd(): Promise<void> {
    while (await this.#fill()) this.#chunk = new Uint8Array()
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }
}

interface Header {
  readonly name: string
  readonly bytes: number
  readonly type: string
}

/** Undefined for the block of zeros at the end. */
function parseHeader(block: Buffer, what: string): Header | undefined {
  if (block.every(byte => byte === 0)) return undefined
  const bytes = hasRightSum(block) ? parseNumber(block.subarray(124, 136)) : undefined
  if (bytes === undefined) throw new BadInput(`${what} is damaged, or is no tar`)
  // Old GNU headers, `ustar` and two blanks, have times where POSIX has the beginning of a long name
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? parseText(block.subarray(345, 500)) : ''
  const name = parseText(block.subarray(0, 100))
  return { name: prefix === '' ? name : `${prefix}/${name}`, bytes, type: block.toString('latin1', 156, 157) }
}

/**
 * The sum of all bytes, with its own eight counted as blanks; some old tars added them up as signed numbers.
 */
function hasRightSum(block: Buffer): boolean {
  const stated = parseNumber(block.subarray(148, 156))
  let unsigned = 0
  let signed = 0
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] as number)
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  return stated === unsigned || stated === signed
}

const OCTAL = /^[0-7]*$/

/** Octal, between blanks and NULs, or big-endian after the byte 0x80. */
function parseNumber(field: Buffer): number | undefined {
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
    return Number.isSafeInteger(value) ? value : undefined
  }
  const digits = OCTAL.exec(field.toString('latin1').replaceAll('\0', ' ').trim())?.[0]
  return digits === undefined ? undefined : Number.parseInt(digits || '0', 8)
}

function parseText(field: Buffer): string {
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? field.length : end)
}

/** Properties of the next member that are given by a member before it. */
interface Extension {
  readonly path?: string
  readonly size?: number
}

const isExtension = (type: string): boolean => /[LKxg]/.test(type)

/** GNU's long names (`L`; `K` is for a link's target) and POSIX's records (`x`; `g` is for all members). */
function parseExtension(type: string, content: Buffer, what: string): Extension {
  if (type === 'L') return { path: parseText(content) }
  return type === 'x' ? parseRecords(content, what) : {}
}

/** `LENGTH KEY=VALUE\n`, where the length includes itself and everything else. */
function parseRecords(content: Buffer, what: string): Extension {
  let found: Extension = {}
  for (let at = 0, records = 0; at < content.length; ) {
    if (++records > RECORDS) throw new BadInput(`${what} has a header of more than ${RECORDS} records`)
    const length = Number(/^(\d{1,6}) /.exec(content.toString('latin1', at, at + 7))?.[1])
    if (!(length > 0) || at + length > content.length) return found
    const [, key, value = ''] = /^\d+ ([^=]*)=(.*)\n$/s.exec(content.toString('utf8', at, at + length)) ?? []
    if (key === 'path') found = { ...found, path: value.replace(/\0.*$/s, '') }
    if (key === 'size' && /^\d{1,15}$/.test(value)) found = { ...found, size: Number(value) }
    at += length
  }
  return found
}
