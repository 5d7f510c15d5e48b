import type { Context } from 'hono'
import type { Web } from '../web.ts'
import type { Middleware } from './answerer.ts'
import { loggedPath } from './request-target.ts'

/**
 * Counts and logs each request that is answered, when its answer has ended, under its route (never the path: that
 * would be one label for each address anybody makes up). Each is a line at level debug; a proxy in front keeps a
 * log of its own.
 */
export const observed =
  (web: Pick<Web, 'log' | 'metrics'>, route: string): Middleware =>
  answer =>
  c => {
    const began = performance.now()
    const observe = (response: Response): Response => {
      const { status } = response
      atEnd(c, () => {
        const seconds = (performance.now() - began) / 1000
        web.metrics.request(route, status, seconds)
        web.log.debug(
          { method: c.req.method, path: loggedPath(c.req.path), route, status, seconds },
          'answered a request',
        )
      })
      return response
    }
    const response = answer(c)
    return response instanceof Promise ? response.then(observe) : observe(response)
  }

interface Outgoing {
  readonly closed: boolean
  once(event: 'close', listener: () => void): unknown
}

/** Calls back when the answer has been sent to its end, or the reader has gone; at once without a connection. */
export function atEnd(c: Context, then: () => void): void {
  const env = c.env as { outgoing?: Outgoing } | undefined
  if (env?.outgoing === undefined || env.outgoing.closed) then()
  else env.outgoing.once('close', then)
}
