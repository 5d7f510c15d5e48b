import type { Context } from 'hono'
import { Forbidden } from '../../domain/errors.ts'
import { isFilled, UNFILLED } from '../../operations/ingest/first-fill.ts'
import { stuckTests } from '../../queries/queues/running-pace.ts'
import { triggerIndexState } from '../../queries/triggers/trigger-index.ts'
import type { Stream } from '../handlers/stream.ts'
import { cached } from '../http/headers.ts'
import { addressList, clientAddress } from '../http/limits/client-address.ts'
import type { Web } from '../web.ts'

/** `/healthz`: the process answers. */
export const healthz: Stream<'healthz'> = {
  limited: false,
  open: () => () => text(200, 'ok'),
}

/**
 * `/readyz`: whether database, broker and store answer. Only the database decides: without the others the site
 * still shows what it knows. Details are for operators; others get the word alone.
 */
export const readyz: Stream<'readyz'> = {
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
    const publishing = ready
      ? await publishingState(web)
      : { ok: false, reason: 'the database is unavailable' }
    const running = database.ok
      ? await runningState(web)
      : { ok: false, reason: 'the database is unavailable' }
    const processes = await web.commons.state()
    const failures = derived.ok ? await readingState(web) : derived
    const triggers =
      ready && derived.ok ? await triggersState(web) : { ok: false, reason: 'the database is unavailable' }
    const details = {
      database,
      derived,
      failures,
      triggers,
      state,
      broker,
      store,
      publishing,
      running,
      ...(processes && { processes }),
    }
    const body = mayLook(web, c) ? { ready, ...details } : { ready }
    return new Response(`${JSON.stringify(body)}\n`, {
      status: ready ? 200 : 503,
      headers: { 'content-type': 'application/json', ...cached('no-store') },
    })
  },
}

/** The number of stuck tests that are listed. */
const MOST_NAMED = 20

/** Which running tests look stuck; whether the site is ready does not depend on them. */
async function runningState(web: Web): Promise<object> {
  const stuck = await stuckTests(web).catch(() => undefined)
  if (stuck === undefined) return { ok: false, reason: 'the database is unavailable' }
  const named = stuck.slice(0, MOST_NAMED).map(({ package: name, release, arch, duration, pace }) => ({
    test: `${name} ${release}/${arch}`,
    seconds: duration,
    reason: pace.reason,
  }))
  return { ok: stuck.length === 0, stuck: stuck.length, tests: named }
}

/** How far the logs from before are read for why their runs failed. */
async function readingState(web: Web): Promise<object> {
  const progress = await web.derived.failures.progress().catch(() => undefined)
  if (progress === undefined) return { ok: false, reason: 'the derived database is unavailable' }
  const { total, waiting } = progress
  return { ok: true, read: total - waiting, of: total }
}

/** Whether the database may be published: not before it has been filled. */
async function publishingState(web: Web): Promise<{ ok: boolean; reason?: string }> {
  const filled = await isFilled(web).catch(() => undefined)
  if (filled === undefined) return { ok: false, reason: 'the database is unavailable' }
  return filled ? { ok: true } : { ok: false, reason: UNFILLED }
}

/** Whether all results have been counted for their triggers, and how far that has come. */
async function triggersState(web: Web): Promise<{ ok: boolean; reason?: string }> {
  const index = await triggerIndexState(web).catch(() => undefined)
  if (index === undefined) return { ok: false, reason: 'the database is unavailable' }
  if (index.isComplete) return { ok: true }
  return {
    ok: false,
    reason: `still being computed from the results; reached ${index.reached ?? 'none of them'}`,
  }
}

/** `/metrics` for Prometheus. */
export const metrics: Stream<'metrics'> = {
  limited: false,
  open: web => async c => {
    if (!mayLook(web, c)) throw new Forbidden('Only operators of this site may read metrics.')
    const { contentType, body } = await web.metrics.render()
    return new Response(body, { headers: { 'content-type': contentType, ...cached('no-store') } })
  },
}

const text = (status: number, body: string): Response =>
  new Response(`${body}\n`, {
    status,
    headers: { 'content-type': 'text/plain', ...cached('no-store') },
  })

function mayLook(web: Web, c: Context): boolean {
  return addressList(web.settings.metricsAllow).has(clientAddress(c, web.settings.trustedProxies).address)
}
