import { describe, expect, it } from 'vitest'
import { aSite, from } from '../../../../test/web/site.ts'
import { pageLimit } from './page-limit.ts'

describe('the limit on pages in a second', () => {
  it('lets an address have some at once, then so many a second', () => {
    const limit = pageLimit(2)
    const admitted = (count: number, now: number) =>
      Array.from({ length: count }, () => limit.admit('a', now)).filter(Boolean).length
    expect(admitted(30, 0)).toBe(10)
    expect(admitted(30, 1000)).toBe(2)
    expect(admitted(30, 2500)).toBe(3)
    expect(admitted(30, 1_000_000), 'saved up for long').toBe(10)
  })

  it('is one of each address', () => {
    const limit = pageLimit(1)
    for (let n = 0; n < 10; n++) limit.admit('a', 0)
    expect(limit.admit('a', 0)).toBe(false)
    expect(limit.admit('b', 0)).toBe(true)
  })

  it('is answered with 429, and when to try again; health and our own files do not count', async () => {
    const site = await aSite([], { settings: { pagesPerSecond: 1 } })
    const ask = (path: string, address: string) => site.app.request(path, {}, from(address))
    for (let n = 0; n < 5; n++) expect((await ask('/', '192.0.2.1')).status).toBe(200)
    const late = await ask('/', '192.0.2.1')
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await ask('/queues.json', '192.0.2.1')).status).toBe(429)
    expect((await ask('/', '192.0.2.2')).status).toBe(200)
    for (const path of ['/healthz', '/static/style.css'])
      expect((await ask(path, '192.0.2.1')).status).toBe(200)
  })
})
