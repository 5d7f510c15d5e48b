import { describe, expect, it } from 'vitest'
import { humanDate, isRunId, looksLikeRunId, runIdTime } from './run-id.ts'

describe('a run id', () => {
  it.each(['20260902_101112_abcde@', '20140412_101112@'])('%s is one', id => expect(isRunId(id)).toBe(true))

  it.each(['20260902_101112_abcde', 'N/A', 'dummy@', ''])('%j is none', id => expect(isRunId(id)).toBe(false))

  it('says when the run ended', () => {
    expect(runIdTime('20260902_101112_abcde@')).toBe(Date.UTC(2026, 8, 2, 10, 11, 12))
  })

  it('is shown as a date, or as it is when it has another form', () => {
    expect(humanDate('20260902_101112_abcde@')).toBe('2026-09-02 10:11:12 UTC')
    expect(humanDate('not-a-date@')).toBe('not-a-date@')
  })

  it('is what any path segment with an @ at its end is taken for', () => {
    expect(looksLikeRunId('not-a-date@')).toBe(true)
    expect(looksLikeRunId('amd64')).toBe(false)
  })
})
