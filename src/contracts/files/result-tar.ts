import { StringDecoder } from 'node:string_decoder'
import { z } from 'zod'
import { BadInput } from '../../domain/errors.ts'
import { parseJson } from '../../domain/text/json.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'
import { readTestedVersion } from '../../domain/version/tested-version.ts'
import { readTar, type TarMember } from './tar.ts'

/** The content of a run's `result.tar`; anything but the exit code may be missing, especially in old ones. */
export interface ResultTar {
  readonly exitcode: number
  /** The tested version of the package; `unknown` and `blacklisted` come from the worker. */
  readonly version: string | undefined
  /** Seconds. */
  readonly duration: number | undefined
  readonly requester: string | undefined
  /** Space-joined. */
  readonly triggers: string | undefined
  /** The environment of the tests, such as `ADT_TEST_TRIGGERS`; empty if unknown. */
  readonly environment: ReadonlyMap<string, string>
  /** All of `testinfo.json`: autopkgtest's information about itself and the testbed. */
  readonly testinfo: Readonly<Record<string, unknown>> | undefined
  /** The lines of all subtests, for `parseSummary`. */
  readonly summary: string | undefined
  /**
   * The packages of the testbed, one line `name\tversion` each; only the first {@link TESTBED_BYTES} of a
   * longer list.
   */
  readonly testbedPackages: string | undefined
  readonly isTestbedCut: boolean
  /** Descriptions of members that could not be read; they count as missing. */
  readonly faults: readonly string[]
}

/** In the order in which workers write them; all but the first may be missing. */
export const RESULT_MEMBERS = [
  'exitcode',
  'testbed-packages',
  'testpkg-version',
  'duration',
  'testinfo.json',
  'requester',
  'summary',
] as const
type Member = (typeof RESULT_MEMBERS)[number]

/** The largest real members are lists of a few thousand packages, of about 100 kB. */
const MEMBER_BYTES = 4 * 1024 * 1024
/** No page shows more of that list. */
export const TESTBED_BYTES = 1024 * 1024
const LIMITS = { what: 'result.tar', bytes: 32 * 1024 * 1024, members: 1000 }
const REQUESTER_LENGTH = 200

/**
 * Reads an uncompressed tar as workers make it. Throws {@link BadInput} if it is damaged, truncated, too
 * large or has no exit code; any other member that cannot be read is only recorded as a fault. Errors of the
 * source are thrown unchanged.
 */
export async function readResultTar(body: AsyncIterable<Uint8Array>): Promise<ResultTar> {
  const faults: string[] = []
  const { files, isTestbedCut } = await readMembers(body, faults)
  /** Parses a member's text; undefined, with a fault, if it is invalid. */
  const parse = <T>(name: Member, read: (text: string) => T | undefined): T | undefined => {
    const text = files.get(name)
    const value = text === undefined ? undefined : read(text)
    if (text !== undefined && value === undefined) faults.push(`${name} cannot be understood`)
    return value
  }
  if (!files.has('exitcode')) throw new BadInput('result.tar has no exit code')
  const exitcode = parse('exitcode', text => numberIn(/^(-?\d{1,9})$/, text))
  if (exitcode === undefined) throw new BadInput('the exit code in result.tar is no number')
  const testinfo = parse('testinfo.json', parseTestinfo)
  const environment = environmentOf(testinfo)
  return {
    exitcode,
    version: parse('testpkg-version', readTestedVersion),
    duration: parse('duration', parseDuration),
    requester: parse('requester', parseRequester) || undefined,
    triggers: splitTriggers(environment.get('ADT_TEST_TRIGGERS')).join(' ') || undefined,
    environment,
    testinfo,
    summary: files.get('summary'),
    testbedPackages: files.get('testbed-packages'),
    isTestbedCut,
    faults,
  }
}

/** 0 if the worker's clock was set back meanwhile. */
function parseDuration(text: string): number | undefined {
  const seconds = numberIn(/^(-?\d{1,9})(?:\.\d+)?$/, text)
  return seconds === undefined ? undefined : Math.max(0, seconds)
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const found = pattern.exec(text.trim())?.[1]
  return found === undefined ? undefined : Number(found)
}

/** A name, or nothing; a text of several lines is invalid. */
function parseRequester(text: string): string | undefined {
  const name = text.trim()
  return name.length > REQUESTER_LENGTH || /\p{Cc}/u.test(name) ? undefined : name
}

const Testinfo = z.record(z.string(), z.unknown())

function parseTestinfo(text: string): Record<string, unknown> | undefined {
  try {
    return Testinfo.safeParse(parseJson(text)).data
  } catch {
    return undefined
  }
}

/** From `["ADT_TEST_TRIGGERS=a/1 b/2", …]`; the last of equal names counts, as in a shell. */
function environmentOf(testinfo: Record<string, unknown> | undefined): ReadonlyMap<string, string> {
  const lines = z.array(z.unknown()).safeParse(testinfo?.custom_environment).data ?? []
  const pairs = lines.filter(line => typeof line === 'string').map(line => /^([^=]+)=(.*)$/s.exec(line))
  return new Map(
    pairs.filter(pair => pair !== null).map(([, name, value]) => [name as string, value as string]),
  )
}

async function readMembers(body: AsyncIterable<Uint8Array>, faults: string[]) {
  const files = new Map<Member, string>()
  let isTestbedCut = false
  for await (const member of readTar(body, LIMITS)) {
    const name = RESULT_MEMBERS.find(one => one === member.name)
    if (name === undefined) continue
    if (files.has(name)) faults.push(`${name} is there twice`) // the last one counts, as when tar unpacks it
    const most = name === 'testbed-packages' ? TESTBED_BYTES : MEMBER_BYTES
    if (name === 'testbed-packages') isTestbedCut = member.bytes > most
    if (member.isFile && member.bytes <= MEMBER_BYTES) files.set(name, await readText(member, most))
    else faults.push(member.isFile ? `${name} has ${member.bytes} bytes` : `${name} is no file`)
  }
  return { files, isTestbedCut }
}

/**
 * The first bytes of a member, decoded as they arrive: allocating a buffer of a few megabytes takes longer
 * than filling it.
 */
async function readText(member: TarMember, most: number): Promise<string> {
  const decoder = new StringDecoder('utf8')
  let text = ''
  let left = most
  for await (const chunk of member.read()) {
    text += decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, left)))
    left -= chunk.byteLength
    if (left <= 0) break
  }
  return text + decoder.end()
}
