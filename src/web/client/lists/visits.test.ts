import { describe, expect, it } from 'vitest'
import { runIdFrom, visitAt } from './visits.ts'

const MINUTE = 60_000

describe('a visit', () => {
  it('is new after half an hour, and remembers the one before until then', () => {
    const first = visitAt(1_000 * MINUTE, undefined)
    expect(first).toEqual({ last: 1_000 * MINUTE, before: 0 })
    const again = visitAt(1_020 * MINUTE, first)
    expect(again.before).toBe(0)
    const later = visitAt(1_051 * MINUTE, again)
    expect(later).toEqual({ last: 1_051 * MINUTE, before: 1_020 * MINUTE })
    expect(visitAt(1_060 * MINUTE, later).before).toBe(1_020 * MINUTE)
  })

  it('is asked for by the ids of runs, with those that were recorded late', () => {
    expect(runIdFrom(Date.UTC(2026, 10, 29, 10, 11, 12))).toBe('20261129_100112')
  })
})
