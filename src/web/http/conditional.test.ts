import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { hasUnchanged, placeRange, readRange, wantedRange } from './conditional.ts'

const CHANGED = new Date('2026-11-20T12:00:00Z')

async function isUnchanged(headers: Record<string, string>): Promise<boolean> {
  const app = new Hono().get('/', c => c.json(hasUnchanged(c, '"etag"', CHANGED)))
  return (await (await app.request('/', { headers })).json()) as boolean
}

it('believes the ETag first, and then the date', async () => {
  expect(await isUnchanged({})).toBe(false)
  expect(await isUnchanged({ 'if-none-match': '"etag"' })).toBe(true)
  expect(await isUnchanged({ 'if-none-match': '"other"', 'if-modified-since': CHANGED.toUTCString() })).toBe(
    false,
  )
  const before = new Date(CHANGED.getTime() - 1000)
  expect(await isUnchanged({ 'if-modified-since': before.toUTCString() })).toBe(false)
  expect(await isUnchanged({ 'if-modified-since': 'yesterday' })).toBe(false)
})

it('does not believe a date from the future, which was given out while the clock was ahead', async () => {
  const ahead = new Date(Date.now() + 3 * 365 * 86_400_000)
  expect(await isUnchanged({ 'if-modified-since': ahead.toUTCString() })).toBe(false)
})

describe('a range', () => {
  const HUGE = '9'.repeat(400)

  it('of any number of digits has places that are numbers', () => {
    const most = Number.MAX_SAFE_INTEGER
    expect(readRange(`bytes=${HUGE}-${HUGE}`)).toEqual({ first: most, last: most })
    expect(readRange(`bytes=-${HUGE}`)).toEqual({ first: -most })
  })

  it.each([
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=-5', { first: 95, last: 99 }],
    ['bytes=-500', { first: 0, last: 99 }],
    [`bytes=0-${HUGE}`, { first: 0, last: 99 }],
    [`bytes=-${HUGE}`, { first: 0, last: 99 }],
    ['bytes=0007-0008', { first: 7, last: 8 }],
    ['bytes=-0', undefined],
    ['bytes=-000', undefined],
    ['bytes=100-', undefined],
    [`bytes=${HUGE}-`, undefined],
    [`bytes=${HUGE}-${HUGE}9`, undefined],
    ['bytes=9007199254740993-9007199254740993', undefined],
  ])('%s of a hundred bytes is %j', (header, place) => {
    const range = readRange(header)
    expect(range).toBeDefined()
    expect(range && placeRange(range, 100)).toEqual(place)
  })

  it.each(['bytes=9-8', `bytes=${HUGE}9-${HUGE}`, 'bytes=-', 'bytes=1-2,5-6', 'lines=1-2', 'bytes=a-', ''])(
    '%s is as if there were none',
    header => expect(readRange(header)).toBeUndefined(),
  )

  it.each([
    ['"etag"', true],
    [CHANGED.toUTCString(), true],
    ['"other"', false],
    ['W/"etag"', false],
    ['"et', false],
    [new Date(CHANGED.getTime() + 1000).toUTCString(), false],
    [new Date(CHANGED.getTime() - 1000).toUTCString(), false],
    ['etag', false],
    ['', false],
  ])('with If-Range: %s counts: %s', async (condition, counts) => {
    const headers = { range: 'bytes=1-2', 'if-range': condition }
    const app = new Hono().get('/', c => c.json(wantedRange(c, '"etag"', CHANGED) ?? null))
    const wanted = await (await app.request('/', { headers })).json()
    expect(wanted).toEqual(counts ? { first: 1, last: 2 } : null)
  })
})
