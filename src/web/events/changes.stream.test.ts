import { getEventListeners } from 'node:events'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { aQueue, aRunningTest } from '../../../test/builders/live.ts'
import { aSite, type Site } from '../../../test/web/site.ts'
import { readRouteRequest } from '../handlers/read-route-request.ts'
import { routes } from '../routes.ts'
import { changes } from './changes.stream.ts'

const CHANGED = (topic: string) => `event: ${topic}\ndata: changed\n\n`

let site: Site
let closing: AbortController
let app: Hono
/** As the database says so, in its own time. */
let resultsChanged: () => void

beforeEach(async () => {
  site = await aSite()
  closing = new AbortController()
  const onChange = (listener: () => void) => {
    resultsChanged = listener
    return () => {}
  }
  const results = { ...site.web.results, onChange }
  const answer = changes.open({ ...site.web, results }, closing.signal)
  const asked = readRouteRequest(routes.events, 'http://localhost/events')
  app = new Hono().get('/events', c => answer(c, asked as NonNullable<typeof asked>))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  closing.abort()
  vi.useRealTimers()
})

/** What a reader has been sent since the last time, and whether the stream has ended. */
async function follow(query = '') {
  const response = await app.request(`/events${query}`)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  let ended = false
  const read = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += Buffer.from(next.value).toString()
    }
    ended = true
  }
  const reading = read()
  const said = async (seconds: number): Promise<string> => {
    await vi.advanceTimersByTimeAsync(seconds * 1000)
    const all = text
    text = ''
    return all
  }
  expect(await said(0)).toBe('retry: 3000\n\n')
  return { said, hasEnded: () => ended, leave: () => reader.cancel(), reading }
}

it('names what changed, to those who asked for it alone', async () => {
  const [everything, running] = [await follow(), await follow('?of=running,nonsense')]
  await site.web.snapshots.queued.replace(aQueue([]))
  expect(await everything.said(2)).toBe(CHANGED('queued'))
  expect(await running.said(0)).toBe('')
  await site.web.snapshots.running.replace(aRunningTest('hello'))
  expect(await everything.said(2)).toBe(CHANGED('running'))
  expect(await running.said(0)).toBe(CHANGED('running'))
  resultsChanged()
  expect(await everything.said(2)).toBe(CHANGED('results'))
})

it('says once what changes again and again within a second, and again what changes later', async () => {
  const reader = await follow('?of=running')
  for (const name of ['a', 'b', 'c']) await site.web.snapshots.running.replace(aRunningTest(name))
  expect(await reader.said(5)).toBe(CHANGED('running'))
  await site.web.snapshots.running.replace(aRunningTest('d'))
  expect(await reader.said(5)).toBe(CHANGED('running'))
})

it('keeps a quiet connection open', async () => {
  const reader = await follow()
  expect(await reader.said(46)).toBe(':\n\n:\n\n:\n\n')
})

it('lets readers go when the site closes, those who come later too', async () => {
  const reader = await follow()
  closing.abort()
  await reader.reading
  expect(reader.hasEnded()).toBe(true)
  const late = await follow()
  await late.reading
  expect(late.hasEnded()).toBe(true)
})

it('does nothing more for one who has left', async () => {
  const reader = await follow()
  await reader.leave()
  expect([vi.getTimerCount(), getEventListeners(closing.signal, 'abort')]).toEqual([0, []])
  await site.web.snapshots.running.replace(aRunningTest('hello'))
  expect(vi.getTimerCount()).toBe(0)
})
