/** How fast one address may ask. */
export interface PageLimit {
  /** False when the address must wait. @param now in milliseconds, of a clock that never goes back */
  admit(group: string, now: number): boolean
}

/** Addresses that are remembered at once; beyond that those go first that were not seen for longest. */
const MOST_GROUPS = 20_000
/**
 * An address that was quiet may make the requests of this many seconds at once: a page has its style, script and data.
 */
const BURST_S = 5

/** @param perSecond pages that one address may ask for in a second, over time */
export function pageLimit(perSecond: number): PageLimit {
  const full = perSecond * BURST_S
  const left = new Map<string, { tokens: number; at: number }>()
  return {
    admit(group, now) {
      const known = left.get(group)
      const tokens =
        known === undefined ? full : Math.min(full, known.tokens + ((now - known.at) / 1000) * perSecond)
      left.delete(group)
      left.set(group, { tokens: tokens < 1 ? tokens : tokens - 1, at: now })
      if (left.size > MOST_GROUPS) left.delete(left.keys().next().value as string)
      return tokens >= 1
    },
  }
}
