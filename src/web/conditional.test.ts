import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { hasUnchanged } from './conditional.ts'

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
