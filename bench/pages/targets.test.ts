import { expect, it } from 'vitest'
import { missedOf } from './targets.ts'

const load = (perSecond: number, p99 = 1) => ({ perSecond, requests: 100, p50: 1, p99, bytes: 1000, cpu: 1 })
const kind = { name: 'home', path: '/', others: [], before: 100 }
const measured = {
  page: 'home',
  bytes: 1,
  sent: 1,
  kept: load(2000),
  floor: load(9000),
  first: load(500),
  half: load(1000),
  rssMb: 100,
}

it('asks for twenty times of what was slow, and five times where a page is asked for first', () => {
  expect(missedOf(kind, measured)).toEqual([])
  expect(missedOf(kind, { ...measured, kept: load(1999), first: load(499) })).toEqual([
    'kept < 2000/s',
    'first < 500/s',
  ])
})

it('asks for twice of what was fast, and as much where a page is asked for first', () => {
  const fast = { ...kind, before: 1000 }
  expect(missedOf(fast, { ...measured, first: load(1000) })).toEqual([])
  expect(missedOf(fast, { ...measured, kept: load(1999), first: load(999) })).toHaveLength(2)
})

it('asks for no more than half of what a bare server reaches', () => {
  expect(missedOf(kind, { ...measured, kept: load(1000), floor: load(2000) })).toEqual([])
})

it('asks for a bounded memory, and for short waits but of what is heavy', () => {
  const slow = { ...measured, half: load(1000, 10), rssMb: 251 }
  expect(missedOf(kind, slow)).toEqual(['p99 >= 10 ms', 'RSS > 250 MB'])
  expect(missedOf({ ...kind, heavy: true }, slow)).toEqual(['RSS > 250 MB'])
})

it('asks for an answer in time where somebody types', () => {
  const typed = { ...kind, firstWithin: 50 }
  expect(missedOf(typed, { ...measured, first: load(500, 50) })).toEqual([])
  expect(missedOf(typed, { ...measured, first: load(500, 51) })).toEqual(['first p99 > 50 ms'])
})
