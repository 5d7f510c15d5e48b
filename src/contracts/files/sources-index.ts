import { BadInput } from '../../domain/errors.ts'
import { isPackageName } from '../../domain/test/test.ts'
import { compareVersions } from '../../domain/version/version-order.ts'

/** One source package of an index, in its newest version there. */
export interface PackageVersion {
  readonly package: string
  readonly version: string
}

/** Ubuntu's largest index has some 40,000 source packages in 60 MB. */
export interface SourcesLimits {
  readonly bytes: number
  readonly packages: number
}

const LIMITS: SourcesLimits = { bytes: 2 ** 30, packages: 500_000 }
/** No line that is used is longer. */
const LINE = 4096
const NEWLINE = 10
const VERSION = /^[A-Za-z0-9.+:~-]{1,120}$/

/**
 * Reads an uncompressed `Sources` index
 * (https://wiki.debian.org/DebianRepository/Format#A.22Sources.22_Indices) chunk by chunk. An index may list
 * several versions of a source: the newest counts. Throws BadInput if it is not such an index, or beyond the
 * limits; an empty one is valid, as a pocket is at first.
 */
export async function parseSources(
  chunks: AsyncIterable<Uint8Array>,
  limits: SourcesLimits = LIMITS,
): Promise<PackageVersion[]> {
  const newest = new Map<string, string>()
  let stanza: { package?: string; version?: string } = {}
  let bytes = 0

  const endStanza = () => {
    const { package: name, version } = stanza
    stanza = {}
    if (name === undefined || version === undefined || !isPackageName(name) || !VERSION.test(version)) return
    const known = newest.get(name)
    if (known === undefined) newest.set(apart(name), apart(version))
    else if (compareVersions(known, version) < 0) newest.set(name, apart(version))
    if (newest.size > limits.packages) throw new BadInput(`more than ${limits.packages} source packages`)
  }
  const readLine = (line: string) => {
    if (line.trim() === '') return endStanza()
    const field = /^(package|version):\s*(\S+)\s*$/i.exec(line)
    if (field !== null) stanza[(field[1] as string).toLowerCase() as keyof typeof stanza] = field[2] as string
  }

  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > limits.bytes) throw new BadInput(`more than ${limits.bytes} bytes`)
    const text = rest.length === 0 ? asBuffer(chunk) : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, start)) {
      if (isWanted(text, start)) readLine(text.toString('latin1', start, Math.min(end, start + LINE)))
      start = end + 1
    }
    // The end of a long line never matters, so only its beginning is held; as a copy, as a subarray would
    // keep the whole chunk
    rest = Buffer.from(text.subarray(start, start + LINE))
  }
  if (isWanted(rest, 0)) readLine(rest.toString('latin1'))
  endStanza()
  if (newest.size === 0 && bytes > 0) throw new BadInput('no source package in it')
  return Array.from(newest, ([name, version]) => ({ package: name, version }))
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The first letters of wanted lines, which exclude nearly all others. */
const WANTED: ReadonlySet<number | undefined> = new Set([...Buffer.from('pPvV\r\n'), undefined])
const isWanted = (text: Buffer, start: number): boolean => WANTED.has(text[start])

/**
 * A copy of a text. A substring keeps the whole original in memory (V8), and these are kept while an index is
 * read: two words in each chunk would keep all of its 60 MB.
 */
const apart = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')
