import type { Context } from 'hono'
import { Forbidden } from '../../../domain/errors.ts'
import { isFilled, UNFILLED } from '../../../operations/ingest/first-fill.ts'
import type { Stream } from '../../handlers/stream.ts'
import { addressList, clientAddress } from '../../http/client-address.ts'
import type { Web } from '../../web.ts'

/** `/healthz`: the process answers. */
export const healthz: Stream = {
  limited: false,
  open: () => () => text(200, 'ok'),
}

/**
 * `/readyz`: whether database, broker and store answer. Only the database decides: without the others the site
 * still shows what it knows. Details are for operators; others get the word alone.
 */
export const readyz: Stream = {
  limited: false,
  open: web => async c => {
    const [database, derived, state, broker, store] = await Promise.all([
      web.results.state(),
      web.derived.state(),
      web.state.state(),
      web.broker.state(),
      web.store.state(),
    ])
    const ready = database.ok && state.ok
    const publishing = ready ? await publishingState(web) : { ok: false, reason: 'the database is away' }
    const details = { database, derived, state, broker, store, publishing }
    const body = mayLook(web, c) ? { ready, ...details } : { ready }
    return new Response(`${JSON.stringify(body)}\n`, {
      status: ready ? 200 : 503,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    })
  },
}

/** Whether the database may be published: not before it has been filled. */
async function publishingState(web: Web): Promise<{ ok: boolean; reason?: string }> {
  const filled = await isFilled(web).catch(() => undefined)
  if (filled === undefined) return { ok: false, reason: 'the database is away' }
  return filled ? { ok: true } : { ok: false, reason: UNFILLED }
}

/** `/metrics` for Prometheus. */
export const metrics: Stream = {
  limited: false,
  open: web => async c => {
    if (!mayLook(web, c)) throw new Forbidden('Metrics are for the operators of this site.')
    const { contentType, body } = await web.metrics.render()
    return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
  },
}

const text = (status: number, body: string): Response =>
  new Response(`${body}\n`, {
    status,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
  })

function mayLook(web: Web, c: Context): boolean {
  return addressList(web.settings.metricsAllow).has(clientAddress(c, web.settings.trustedProxies).address)
}
