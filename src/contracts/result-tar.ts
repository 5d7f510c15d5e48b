import { pipeline, Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { z } from 'zod'
import { BadInput, isFailure, messageOf } from '../domain/errors.ts'
import { splitTriggers } from '../domain/trigger.ts'

/** What `result.tar` tells of a run; all but the exit code may be missing, above all in old ones. */
export interface ResultTar {
  readonly exitcode: number
  /** Of the package as tested; `unknown` and `blacklisted` are made by the worker. */
  readonly version: string | undefined
  /** Seconds. */
  readonly duration: number | undefined
  readonly requester: string | undefined
  /** Space-joined. */
  readonly triggers: string | undefined
  /** The lines of all subtests, for `parseSummary`. */
  readonly summary: string | undefined
  /** The packages of the testbed, `name\tversion` each. */
  readonly testbedPackages: string | undefined
}

const MEMBERS = [
  'exitcode',
  'testpkg-version',
  'duration',
  'requester',
  'testinfo.json',
  'summary',
  'testbed-packages',
] as const
type Member = (typeof MEMBERS)[number]

/** The largest real members are lists of some thousand packages, some 100 kB. */
const LONGEST_MEMBER = 8 * 1024 * 1024
const LONGEST_TAR = 64 * 1024 * 1024

/**
 * Reads an uncompressed tar as workers make it. BadInput if it is damaged, cut, too large, or has no exit code; what
 * reads the bytes from where they are may throw its own.
 */
export async function readResultTar(body: AsyncIterable<Uint8Array>): Promise<ResultTar> {
  const files = await readMembers(body)
  const exitcode = files.get('exitcode')?.trim() ?? ''
  if (!/^-?\d{1,9}$/.test(exitcode)) {
    throw new BadInput(exitcode === '' ? 'result.tar has no exit code' : 'the exit code is no number')
  }
  return {
    exitcode: Number(exitcode),
    version: files.get('testpkg-version')?.trim().split(/\s+/)[1],
    duration: parseDuration(files.get('duration')),
    requester: files.get('requester')?.trim() || undefined,
    triggers: triggersOf(files.get('testinfo.json')),
    summary: files.get('summary'),
    testbedPackages: files.get('testbed-packages'),
  }
}

function parseDuration(text: string | undefined): number | undefined {
  const found = /^\s*(\d{1,9})(?:\.\d+)?\s*$/.exec(text ?? '')
  return found === null ? undefined : Number(found[1])
}

/** The environment that the tests were given: `["ADT_TEST_TRIGGERS=a/1 b/2", …]`. */
const testinfo = z.object({ custom_environment: z.array(z.string()) })

function triggersOf(text: string | undefined): string | undefined {
  const name = 'ADT_TEST_TRIGGERS='
  const environment = testinfo.safeParse(parseJson(text)).data?.custom_environment
  const value = environment?.find(one => one.startsWith(name))?.slice(name.length)
  return splitTriggers(value).join(' ') || undefined
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

async function readMembers(body: AsyncIterable<Uint8Array>): Promise<Map<Member, string>> {
  const files = new Map<Member, string>()
  const tar = extract()
  const source = Readable.from(bounded(body), { objectMode: false })
  let sourceError: unknown
  source.once('error', error => {
    sourceError = error
  })
  // Its errors come out of the loop below
  pipeline(source, tar, () => {})
  try {
    for await (const entry of tar) {
      const name = MEMBERS.find(one => one === entry.header.name.replace(/^\.\//, ''))
      if (name === undefined) entry.resume()
      else files.set(name, await readText(name, entry as AsyncIterable<Uint8Array>))
    }
    return files
  } catch (error) {
    if (sourceError !== undefined) throw sourceError
    throw isFailure(error) ? error : new BadInput(`result.tar is damaged: ${messageOf(error)}`)
  } finally {
    source.destroy()
  }
}

async function* bounded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > LONGEST_TAR) throw new BadInput(`result.tar has more than ${LONGEST_TAR} bytes`)
    yield chunk
  }
}

async function readText(name: Member, entry: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of entry) {
    bytes += chunk.byteLength
    if (bytes > LONGEST_MEMBER)
      throw new BadInput(`${name} in result.tar has more than ${LONGEST_MEMBER} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
