import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { z } from 'zod'
import { Unavailable } from '../../domain/errors.ts'
import { scatteredBackoffMs } from '../../domain/time/backoff.ts'
import { fetchBounded, type WholeAnswer } from '../http/fetch-bounded.ts'

/** The limits of requests to Launchpad, and of waiting for it; all times in milliseconds. */
export interface CallLimits {
  /** For one attempt. */
  readonly timeoutMs: number
  /** No attempt begins later than this after the first. */
  readonly gracePeriodMs: number
  readonly attempts: number
  /** Before the second attempt; doubled before each later one. */
  readonly pauseMs: number
  readonly atOnce: number
  /** The most requests that wait for their turn. */
  readonly waiting: number
}

export const usualLimits: CallLimits = {
  timeoutMs: 10_000,
  gracePeriodMs: 15_000,
  attempts: 3,
  pauseMs: 250,
  atOnce: 4,
  waiting: 200,
}

/** 300 people, or 75 publications, are less than this. */
const MOST_BYTES = 8 * 1024 * 1024
const REDIRECTS = 3
/** Statuses by which Launchpad says that something does not exist, or is not allowed. */
const REFUSALS: readonly number[] = [400, 401, 403, 404, 410]

export interface Calls {
  /**
   * The JSON behind a URL if it has the shape; undefined if Launchpad refuses. Unavailable in any other case.
   * `authorization` returns the header of that name, called for each attempt.
   */
  get<T>(url: string, shape: z.ZodType<T>, authorization?: () => string): Promise<T | undefined>
  close(): void
}

/** GET requests to Launchpad, with a few attempts, a few at a time. */
export function launchpadCalls(limits: CallLimits): Calls {
  const closing = new AbortController()
  const limit = pLimit(limits.atOnce)

  /** Follows redirects within the site only: neither credentials nor trust go elsewhere. */
  async function fetchOnce(url: string, authorization: (() => string) | undefined): Promise<WholeAnswer> {
    const headers = {
      accept: 'application/json',
      ...(authorization && { authorization: authorization() }),
    }
    const bounds = { timeoutMs: limits.timeoutMs, mostBytes: MOST_BYTES }
    let at = url
    for (let redirects = 0; ; redirects++) {
      const answer = await fetchBounded('Launchpad', at, bounds, { headers, signal: closing.signal })
      const location = answer.headers.get('location')
      if (answer.status < 300 || answer.status >= 400 || location === null) return answer
      if (redirects === REDIRECTS || !isBeside(location, at))
        throw new Unavailable('Launchpad redirects to another host')
      at = new URL(location, at).href
    }
  }

  async function attempt<T>(
    url: string,
    shape: z.ZodType<T>,
    authorization?: () => string,
  ): Promise<T | undefined> {
    const { status, text } = await fetchOnce(url, authorization)
    if (REFUSALS.includes(status)) return undefined
    if (status < 200 || status > 299) throw new Unavailable(`Launchpad answers with status ${status}`)
    const parsed = shape.safeParse(parseJson(text))
    if (!parsed.success) throw new Unavailable("Launchpad's answer could not be understood")
    return parsed.data
  }

  async function persist<T>(ask: () => Promise<T>): Promise<T> {
    const giveUpAt = performance.now() + limits.gracePeriodMs
    for (let count = 1; ; count++) {
      try {
        return await ask()
      } catch (error) {
        const pause = scatteredBackoffMs(count, limits.pauseMs)
        const isHopeless = !(error instanceof Unavailable) || closing.signal.aborted
        if (isHopeless || count >= limits.attempts || performance.now() + pause > giveUpAt) throw error
        await sleep(pause)
      }
    }
  }

  return {
    async get(url, shape, authorization) {
      if (limit.pendingCount >= limits.waiting)
        throw new Unavailable('too many requests are waiting for Launchpad: try again later')
      return limit(() => persist(() => attempt(url, shape, authorization)))
    },
    close: () => closing.abort(new Unavailable('closing')),
  }
}

/** Whether a link given by Launchpad stays on Launchpad. */
export function isBeside(link: string, base: string): boolean {
  return URL.canParse(link, base) && new URL(link, base).origin === new URL(base).origin
}

/** Undefined for invalid JSON, which none of our shapes allows. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
