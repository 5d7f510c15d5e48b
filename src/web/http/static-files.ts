import { KeptPage } from '../handlers/page-cache.ts'
import { sendKept } from '../handlers/page-handler.ts'
import type { Web } from '../web.ts'
import type { Answerer } from './answerer.ts'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

const ROBOTS = 'User-agent: *\nDisallow: /\n'

/** Our own files, and the two that everything on the web asks for. */
export function staticFiles({ assets }: Pick<Web, 'assets'>): Record<string, Answerer> {
  const robots = new KeptPage({ status: 200, contentType: 'text/plain', body: ROBOTS, cache: 'minute' })
  const files: Record<string, Answerer> = {
    '/robots.txt': c => sendKept(c, robots),
    '/favicon.ico': () => new Response(null, { status: 204 }),
  }
  for (const [name, asset] of assets.files) {
    const contentType = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
    const cache = asset.immutable ? 'immutable' : 'minute'
    const kept = new KeptPage({ status: 200, contentType, body: asset.bytes, cache })
    files[`/static/${name}`] = c => sendKept(c, kept)
  }
  return files
}
