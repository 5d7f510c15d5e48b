import type { Handler } from 'hono'
import { chooseEncoding } from './encoding.ts'
import { Kept } from './kept-renderings.ts'
import type { Web } from './web.ts'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const ROBOTS = 'User-agent: *\nDisallow: /\n'

/** Our own files, and the two that everything on the web asks for. */
export function addStaticFiles(web: Web, add: (route: string, handler: Handler) => void): void {
  for (const [name, asset] of web.assets.files) {
    const contentType = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
    const cache = asset.immutable ? 'immutable' : 'minute'
    add(`/static/${name}`, sendKept(new Kept({ status: 200, contentType, body: asset.bytes, cache })))
  }
  const robots = new Kept({ status: 200, contentType: 'text/plain', body: ROBOTS, cache: 'minute' })
  add('/robots.txt', sendKept(robots))
  add('/favicon.ico', () => new Response(null, { status: 204 }))
}

function sendKept(kept: Kept): Handler {
  return async c => {
    if (kept.matches(c.req.header('if-none-match'))) return kept.notModified()
    const variant = await kept.variant(chooseEncoding(c.req.header('accept-encoding')))
    return new Response(variant.body, variant)
  }
}
