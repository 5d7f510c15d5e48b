import type { Context, Hono } from 'hono'
import { splitUrl } from './request-target.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** Old addresses that people and programs still use; the query is kept. */
export function addRedirects(app: Hono): void {
  // Apache's RedirectMatch of the old site
  app.get('/packages/:rest{.+/}', c => moved(c, 301, path => path.replace(/\/+$/, '')))
  app.get('/running.shtml', c => moved(c, 301, () => '/running'))
  app.get('/running/', c => moved(c, 301, () => '/running'))
  app.get('/user/:nick', c => moved(c, 308, path => `${path}/`))
}

function moved(c: Context, status: 301 | 308, to: (path: string) => string): Response {
  const { path, query } = splitUrl(c.req.url)
  const location = to(path) + (query === '' ? '' : `?${query}`)
  return new Response(null, { status, headers: { ...SECURITY_HEADERS, location } })
}
