import { BlockList, isIP } from 'node:net'
import type { Context } from 'hono'

/** Whom a request came from. */
export interface ClientAddress {
  /** IPv4 or IPv6 in its plain form; 'unknown' without a connection. */
  readonly address: string
  /** What limits count by: an IPv4 address, or the /64 of an IPv6 address, which one person has to himself. */
  readonly group: string
}

/** The addresses and networks of a list such as `127.0.0.0/8 ::1`; what cannot be read is left out. */
export function addressList(entries: readonly string[]): { has(address: string): boolean } {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(address) === 0) continue
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return { has: address => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') }
}

const lists = new WeakMap<readonly string[], ReturnType<typeof addressList>>()

/**
 * The right-most hop that is not one of our own proxies: anything left of it is only what a stranger claims.
 * @param trustedProxies addresses and networks whose `X-Forwarded-For` is believed
 */
export function clientAddress(c: Context, trustedProxies: readonly string[]): ClientAddress {
  const trusted = lists.get(trustedProxies) ?? addressList(trustedProxies)
  lists.set(trustedProxies, trusted)
  const forwarded = c.req.header('x-forwarded-for')?.split(',') ?? []
  const hops = [...forwarded.slice(-20), remoteAddress(c)].map(plainAddress)
  let address = hops.pop() as string
  while (trusted.has(address) && hops.length > 0 && isIP(hops.at(-1) as string) !== 0) {
    address = hops.pop() as string
  }
  return { address, group: groupOf(address) }
}

/** The address at the other end of the connection: the client, or a proxy. */
export function peerAddress(c: Context): string {
  return plainAddress(remoteAddress(c))
}

function remoteAddress(c: Context): string {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return env?.incoming?.socket?.remoteAddress ?? 'unknown'
}

/** Without blanks, brackets and port, and IPv4 out of its IPv6 clothes (`::ffff:192.0.2.1`). */
function plainAddress(text: string): string {
  const address = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return address.replace(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i, '$1')
}

function groupOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const words = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${words
    .slice(0, 4)
    .map(word => Number.parseInt(word, 16).toString(16))
    .join(':')}::/64`
}
