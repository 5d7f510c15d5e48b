import type { Context } from 'hono'
import type { Web } from '../web.ts'

/**
 * Counts and logs one answered request under its route (never the path: that would be one label for each
 * address anybody makes up). Each request is a line at level debug; a proxy in front keeps a log of its own.
 */
export function observe(
  web: Pick<Web, 'log' | 'metrics'>,
  c: Context,
  answer: { readonly route: string; readonly status: number; readonly began: number },
): void {
  const seconds = (performance.now() - answer.began) / 1000
  web.metrics.request(answer.route, answer.status, seconds)
  web.log.debug(
    { method: c.req.method, path: c.req.path, route: answer.route, status: answer.status, seconds },
    'answered a request',
  )
}

/** Calls back when the answer has been sent to its end, or the reader has gone; at once without a connection. */
export function atEnd(c: Context, then: () => void): void {
  const env = c.env as { outgoing?: { once(event: 'close', listener: () => void): unknown } } | undefined
  if (env?.outgoing === undefined) then()
  else env.outgoing.once('close', then)
}
