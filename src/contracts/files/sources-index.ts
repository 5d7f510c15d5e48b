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
/** No line that is looked at is longer. */
const LINE = 4096
const VERSION = /^[A-Za-z0-9.+:~-]{1,120}$/

/**
 * Reads an uncompressed `Sources` index (https://wiki.debian.org/DebianRepository/Format#A.22Sources.22_Indices)
 * chunk by chunk. An index may list several versions of a source: the newest counts. BadInput if it is no such
 * index, or beyond the limits; an empty one is fine, as a pocket is at first.
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
    if (known === undefined || compareVersions(known, version) < 0) newest.set(name, version)
    if (newest.size > limits.packages) throw new BadInput(`more than ${limits.packages} source packages`)
  }
  const readLine = (line: string) => {
    if (line.trim() === '') return endStanza()
    const field = /^(package|version):\s*(\S+)\s*$/i.exec(line)
    if (field !== null) stanza[(field[1] as string).toLowerCase() as keyof typeof stanza] = field[2] as string
  }

  const decoder = new TextDecoder('latin1')
  let rest = ''
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > limits.bytes) throw new BadInput(`more than ${limits.bytes} bytes`)
    const lines = (rest + decoder.decode(chunk)).split('\n')
    // The end of a long line never matters, so what waits for it stays short
    rest = (lines.pop() as string).slice(0, LINE)
    for (const line of lines) if (isWanted(line)) readLine(line)
  }
  readLine(rest)
  endStanza()
  if (newest.size === 0 && bytes > 0) throw new BadInput('no source package in it')
  return Array.from(newest, ([name, version]) => ({ package: name, version }))
}

/** Most lines are not; the first letter tells nearly all of them apart. */
function isWanted(line: string): boolean {
  const first = line[0]?.toLowerCase()
  return first === undefined || first === 'p' || first === 'v' || first === '\r'
}
