import type { Context } from 'hono'
import { addressList, peerAddress } from '../http/limits/client-address.ts'
import type { WebSettings } from '../web.ts'

/** Where an address leads if it is one of this site: path, query and fragment; else the home page. */
export function pathOnSite(address: string | undefined, { baseUrl }: Pick<WebSettings, 'baseUrl'>): string {
  if (address === undefined || address === '' || !URL.canParse(address, `${baseUrl}/`)) return '/'
  const url = new URL(address, `${baseUrl}/`)
  if (url.origin !== new URL(baseUrl).origin) return '/'
  const path = `${url.pathname}${url.search}${url.hash}`
  // What a browser would take for the name of another host
  return /^\/[/\\]/.test(path) ? '/' : path
}

/**
 * Whether the reader came by https: then cookies must not travel otherwise. `X-Forwarded-Proto` is believed of the
 * proxies that the operator trusts.
 */
export function arrivedSafely(
  c: Context,
  { baseUrl, trustedProxies }: Pick<WebSettings, 'baseUrl' | 'trustedProxies'>,
): boolean {
  const said = c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim()
  if (said !== undefined && addressList(trustedProxies).has(peerAddress(c))) return said === 'https'
  return baseUrl.startsWith('https://')
}
