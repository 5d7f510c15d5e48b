import type { Kind } from './addresses.ts'
import type { Measured } from './measured.ts'

/**
 * Below this many requests per second the website in Python was slow, and the goal for its successor is much higher.
 */
const SLOW = 200
/** Milliseconds at half of a page's maximum rate. */
const MOST_P99 = 10
const MOST_RSS_MB = 250

/** The goals for a page in requests per second: requested again and again, and requested for the first time. */
function aimsOf(before: number, floor: number): { kept: number; first: number } {
  const kept = Math.min(before < SLOW ? 20 * before : 2 * before, floor / 2)
  return { kept, first: before < SLOW ? 5 * before : before }
}

/** The missed goals, in words. */
export function missedOf(kind: Omit<Kind, 'warming'>, measured: Omit<Measured, 'missed'>): string[] {
  const { kept, floor, first, half, rssMb } = measured
  const missed: string[] = []
  if (kind.before !== undefined) {
    const aims = aimsOf(kind.before, floor.perSecond)
    if (kept.perSecond < aims.kept) missed.push(`kept < ${Math.round(aims.kept)}/s`)
    if (first !== undefined && first.perSecond < aims.first) missed.push(`first < ${aims.first}/s`)
  }
  if (first !== undefined && first.p99 > (kind.firstWithin ?? Number.POSITIVE_INFINITY))
    missed.push(`first p99 > ${kind.firstWithin} ms`)
  if (!kind.heavy && half.p99 >= MOST_P99) missed.push(`p99 >= ${MOST_P99} ms`)
  if (rssMb > MOST_RSS_MB) missed.push(`RSS > ${MOST_RSS_MB} MB`)
  return missed
}
