import { describe, expect, it } from 'vitest'
import { humanDate, isRunId, looksLikeRunId, runIdClock, runIdTime } from './run-id.ts'

describe('a run id', () => {
  it.each(['20260902_101112_abcde@', '20140412_101112@'])('%s is one', id => expect(isRunId(id)).toBe(true))

  it.each(['20260902_101112_abcde', 'N/A', 'dummy@', ''])('%j is none', id => expect(isRunId(id)).toBe(false))

  it('says when the run ended', () => {
    expect(runIdTime('20260902_101112_abcde@')).toBe(Date.UTC(2026, 8, 2, 10, 11, 12))
  })

  it('says day and clock as they are written', () => {
    expect(runIdClock('20260902_101112_abcde@')).toEqual({ day: '2026-09-02', clock: '10:11:12' })
    expect(runIdClock('20140412_235959@')).toEqual({ day: '2014-04-12', clock: '23:59:59' })
  })

  it.each([
    '20261302_101112_abcde@',
    '20260900_101112@',
    '20260902_241112@',
    '20260902_106012@',
    'N/A',
    'dummy@',
  ])('%s has no day and clock', id => expect(runIdClock(id)).toBeUndefined())

  it('is shown as a date, or as it is when it has another form', () => {
    expect(humanDate('20260902_101112_abcde@')).toBe('2026-09-02 10:11:12 UTC')
    expect(humanDate('not-a-date@')).toBe('not-a-date@')
  })

  it('is what any path segment with an @ at its end is taken for', () => {
    expect(looksLikeRunId('not-a-date@')).toBe(true)
    expect(looksLikeRunId('amd64')).toBe(false)
  })
})
