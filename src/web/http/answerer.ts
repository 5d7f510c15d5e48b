import type { Context } from 'hono'

/** Answers a request. */
export type Answerer = (c: Context) => Response | Promise<Response>

/** Does its part around an answer, or answers itself. */
export type Middleware = (answer: Answerer) => Answerer

/** One of several, the outermost first. */
export const inOrder =
  (...parts: readonly Middleware[]): Middleware =>
  answer =>
    parts.reduceRight((inner, part) => part(inner), answer)
