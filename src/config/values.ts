import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { BadInput } from '../domain/errors.ts'
import { isArchName, isReleaseName } from '../domain/test/test.ts'
import { parseVirtServer, splitWords } from '../domain/testbed/virt-server.ts'
import { withoutTrailingSlashes } from '../domain/text/trailing-slashes.ts'

/** Where the website listens; port 0 takes any free one. */
export interface Listen {
  readonly host: string
  readonly port: number
}

/** Any text. */
export const text = (value: string): string => value

/** A path, made absolute relative to the working directory. */
export const path = (value: string): string => resolve(value)

/** Words separated by blanks, line breaks or commas. */
export function words(value: string): string[] {
  return value.split(/[\s,]+/).filter(Boolean)
}

function wordsOf(isGood: (word: string) => boolean, what: string): (value: string) => string[] {
  return value => {
    const found = words(value)
    const bad = found.filter(word => !isGood(word))
    if (bad.length > 0) throw new BadInput(`${bad.map(word => `"${word}"`).join(', ')} ${what}`)
    return [...new Set(found)]
  }
}

export const releases = wordsOf(isReleaseName, 'is not a release name (lower case, no dash)')
export const arches = wordsOf(isArchName, 'is not an architecture name (lower case, no dash)')

function isNetwork(word: string): boolean {
  const [address, bits, ...rest] = word.split('/')
  const family = isIP(address as string)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** IP addresses or networks in CIDR form. */
export const networks = wordsOf(isNetwork, 'is not an IP address or network, such as 10.0.0.0/8')

/** `HOST:PORT`, IPv6 hosts in brackets. */
export function listen(value: string): Listen {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(value)
  if (found === null || Number(found[3]) > 65535)
    throw new BadInput('is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080')
  return { host: (found[1] ?? found[2]) as string, port: Number(found[3]) }
}

/** Whether a host, as in a URL or after `listen`, is this machine only. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}

/** The parsed URL if it has one of these schemes. Messages never quote it: it may contain a password. */
function parseUrl(value: string, schemes: readonly string[]): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !schemes.includes(url.protocol.slice(0, -1)) || url.hostname === '')
    throw new BadInput(`is not a URL that begins with ${schemes.map(s => `${s}://`).join(' or ')}`)
  return url
}

/** An http(s) URL, without a slash at the end. */
export function webUrl(value: string): string {
  parseUrl(value, ['http', 'https'])
  return withoutTrailingSlashes(value)
}

/** A path, made absolute relative to the working directory, or an http(s) URL. */
export function pathOrUrl(value: string): string {
  return /^\w[\w+.-]*:\/\//.test(value) ? webUrl(value) : path(value)
}

/** Paths or URLs by name: `desktop=/etc/desktop.txt server=https://…`. */
export function named(value: string): ReadonlyMap<string, string> {
  const pairs = words(value).map(word => {
    const [, name, source] = /^([\w.+-]{1,60})=(.+)$/.exec(word) ?? []
    if (name === undefined || source === undefined)
      throw new BadInput('is not NAME=PATH or NAME=URL, separated by blanks')
    return [name, pathOrUrl(source)] as const
  })
  return new Map(pairs)
}

/** Origins, such as `https://excuses.example.org`. */
export function origins(value: string): string[] {
  return words(value).map(word => parseUrl(word, ['http', 'https']).origin)
}

export type Database =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string }

/** A SQLite file, or a `postgres://` URL. */
export function database(value: string): Database {
  if (!/^\w[\w+.-]*:\/\//.test(value)) return { engine: 'sqlite', file: path(value) }
  parsePostgres(value)
  return { engine: 'postgres', url: value }
}

/** A URL of PostgreSQL may leave out the host (a local socket). */
function parsePostgres(value: string): void {
  // Several hosts with their own ports are not a valid URL: each of them must form one
  const [, before, hosts = '', after] =
    /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/.exec(value) ?? []
  if (before === undefined || !hosts.split(',').every(host => URL.canParse(`${before}${host}${after}`)))
    throw new BadInput('is neither a path nor a postgres:// URL')
}

export type BrokerUri =
  | { readonly engine: 'embedded'; readonly file: string | undefined }
  | { readonly engine: 'rabbitmq'; readonly uri: string }

/** `embedded:`, `embedded:PATH`, or the URI of a RabbitMQ. */
export function brokerUri(value: string): BrokerUri {
  if (value.startsWith('embedded:')) {
    const file = value.slice('embedded:'.length)
    return { engine: 'embedded', file: file === '' ? undefined : path(file) }
  }
  if (!/^amqps?:/.test(value)) throw new BadInput('is neither embedded: nor an amqp:// URI')
  parseUrl(value, ['amqp', 'amqps'])
  return { engine: 'rabbitmq', uri: value }
}

export type StoreUri = { readonly engine: 'swift' } | { readonly engine: 'filesystem'; readonly root: string }

/** `swift:` (with the keys of [swift]), or `file:PATH`. */
export function storeUri(value: string): StoreUri {
  if (value === 'swift:' || value === 'swift') return { engine: 'swift' }
  const found = /^file:(?:\/\/(?=\/))?(.+)$/.exec(value)
  if (found === null) throw new BadInput('is neither swift: nor file:PATH')
  return { engine: 'filesystem', root: path(found[1] as string) }
}

/** A whole number of at least `least`. */
export function count(least: number): (value: string) => number {
  return value => {
    if (!/^\d{1,9}$/.test(value) || Number(value) < least)
      throw new BadInput(`is not a whole number of at least ${least}`)
    return Number(value)
  }
}

/** A time in days, such as `180d`. */
export function days(value: string): number {
  const found = /^(\d{1,5})\s?d(?:ays?)?$/.exec(value)
  if (found === null) throw new BadInput('is not a number of days, such as 180d')
  return Number(found[1])
}

/** `yes` or `no`, as in configparser. */
export function yesOrNo(value: string): boolean {
  if (!/^(?:yes|no|true|false|on|off|1|0)$/i.test(value)) throw new BadInput('is neither yes nor no')
  return /^(?:yes|true|on|1)$/i.test(value)
}

/** The virtualisation that gives tests their testbeds. */
export const virtServer = parseVirtServer

/** Words of a command line; quotes keep words together. */
export const commandWords = splitWords

/** A pocket of the archive, or `none`. */
export function pocket(value: string): string {
  if (!/^[a-z][a-z-]{0,40}$/.test(value))
    throw new BadInput('is neither a pocket, such as proposed, nor none')
  return value
}

const TIMEOUT_KINDS = ['short', 'install', 'test', 'copy', 'build'] as const
export type TimeoutSeconds = Readonly<Record<(typeof TIMEOUT_KINDS)[number], number>>

/** `short=300 install=3000 test=10000 copy=900 build=20000`: all five, in seconds. */
export function timeouts(value: string): TimeoutSeconds {
  const pairs = new Map(words(value).map(word => word.split('=', 2) as [string, string | undefined]))
  const seconds = (kind: string) => Number(/^[1-9]\d{0,8}$/.exec(pairs.get(kind) ?? '')?.[0])
  const kinds = TIMEOUT_KINDS.map(kind => [kind, seconds(kind)] as const)
  if (pairs.size !== kinds.length || kinds.some(([, found]) => Number.isNaN(found)))
    throw new BadInput(`does not give seconds for each of ${TIMEOUT_KINDS.join(', ')}, such as short=300`)
  return Object.fromEntries(kinds) as TimeoutSeconds
}

/** One of a few words. */
export function oneOf<T extends string>(...choices: readonly T[]): (value: string) => T {
  return value => {
    const found = choices.find(choice => choice === value)
    if (found === undefined) throw new BadInput(`is not one of ${choices.join(', ')}`)
    return found
  }
}

/** Version 3 of the identity service, the only one that exists today; the key exists for older clients. */
export function identityVersion(value: string): 3 {
  if (!/^v?3(\.\d+)?$/.test(value))
    throw new BadInput('must be 3: other versions of Keystone are not supported')
  return 3
}
