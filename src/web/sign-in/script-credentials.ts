import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { ScriptCredentials } from '../../operations/requests/authenticate-script.ts'

/**
 * What a request brings to say which script sends it; a cookie's value may be written with `%3A` for its colon.
 * @param address the group that the client's address counts in
 */
export function scriptCredentials(c: Context, address: string): ScriptCredentials {
  return {
    apiKeyCookie: getCookie(c, 'X-Api-Key'),
    authorization: c.req.header('authorization'),
    launchpadOauth: c.req.header('x-launchpad-oauth') ?? getCookie(c, 'X-Launchpad-OAuth'),
    address,
  }
}
