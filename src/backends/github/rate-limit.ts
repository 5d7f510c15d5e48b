/** Without a given time, GitHub wants a pause of at least a minute. */
const LEAST_MS = 60_000
/** No real limit lasts longer than an hour; a clock that is wrong must not silence us for years. */
const MOST_MS = 2 * 60 * 60 * 1000

/**
 * The time until which GitHub wants no more requests, according to an answer
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api); undefined if it does not
 * say so.
 */
export function readRateLimit(status: number, headers: Headers, text: string, now: Date): Date | undefined {
  if (status !== 403 && status !== 429) return undefined
  const retryAfter = readNumber(headers.get('retry-after'))
  const isUsedUp = headers.get('x-ratelimit-remaining') === '0'
  const reset = readNumber(headers.get('x-ratelimit-reset'))
  const isLimit = status === 429 || retryAfter !== undefined || isUsedUp || /rate limit/i.test(text)
  if (!isLimit) return undefined
  const wait =
    retryAfter !== undefined
      ? retryAfter * 1000
      : isUsedUp && reset !== undefined
        ? Math.max(1000, reset * 1000 - now.getTime())
        : LEAST_MS
  return new Date(now.getTime() + Math.min(MOST_MS, wait))
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined
}
