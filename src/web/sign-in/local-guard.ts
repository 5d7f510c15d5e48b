import type { Context } from 'hono'
import { addressList, peerAddress } from '../http/limits/client-address.ts'

const LOOPBACK = addressList(['127.0.0.0/8', '::1'])

/**
 * Whether a request surely comes from this machine's own users: over loopback, to a name of loopback (no other site
 * can have a browser send that: names are rebound), through no proxy, and a form from this site alone.
 */
export function mayChooseName(c: Context): boolean {
  const host = c.req.header('host') ?? new URL(c.req.url).host
  if (!URL.canParse(`http://${host}/`)) return false
  const name = new URL(`http://${host}/`).hostname.replace(/^\[|\]$/g, '')
  if (name !== 'localhost' && !LOOPBACK.has(name)) return false
  const peer = peerAddress(c)
  if (peer !== 'unknown' && !LOOPBACK.has(peer)) return false
  const names = Object.keys(c.req.header())
  if (names.some(header => header === 'forwarded' || header.startsWith('x-forwarded-'))) return false
  return c.req.method !== 'POST' || c.req.header('origin') === `http://${host}`
}
