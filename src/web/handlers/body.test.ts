import { describe, expect, it } from 'vitest'
import { aSite, from } from '../../../test/web/site.ts'
import { answers } from '../answers.ts'
import { type RouteName, routes } from '../routes.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const MIB = 1024 * 1024

const FORMS = (Object.keys(routes) as RouteName[])
  .filter(name => {
    const answer = answers[name]
    return 'methods' in answer && answer.methods.includes('POST')
  })
  .map(name => routes[name].label.replace(/:\w+/g, 'x'))

/** What a sender has left to send, in pieces of 16 KB. */
function bodyOf(text: string): { readonly stream: ReadableStream<Uint8Array>; readonly taken: () => number } {
  const bytes = Buffer.from(text)
  let taken = 0
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = bytes.subarray(taken, taken + 16_384)
      taken += piece.length
      if (piece.length === 0) controller.close()
      else controller.enqueue(piece)
    },
  })
  return { stream, taken: () => taken }
}

describe.each(FORMS)('a form posted to %s', path => {
  it.each([
    ['fields without end', 'a&'.repeat(2.4 * MIB)],
    ['fields without end behind one that is known', `next=/&openid.mode=id_res&${'a&'.repeat(2.4 * MIB)}`],
    ['a field without end', `next=${'%41'.repeat(1.6 * MIB)}`],
  ])('with %s is left where it is too much, and not repeated', async (_, text) => {
    const site = await aSite()
    const { stream, taken } = bodyOf(text)
    const init = { method: 'POST', headers: FORM, body: stream, duplex: 'half' } as RequestInit
    const answer = await site.get(path, init)
    expect(answer.status).not.toBe(200)
    expect(answer.text.length).toBeLessThan(20_000)
    expect(taken()).toBeLessThan(MIB / 2)
  })
})

describe('forms', () => {
  it('say how many fields they may have', async () => {
    const site = await aSite()
    const answer = await site.get('/retries', { method: 'POST', headers: FORM, body: 'run=a&'.repeat(600) })
    expect([answer.status, answer.texts('main p')[0]]).toEqual([413, 'A form may have at most 500 fields.'])
  })

  it('that are too much are counted, be it in fields or in bytes', async () => {
    const site = await aSite()
    for (const body of ['run=a&'.repeat(600), `run=${'a'.repeat(MIB)}`])
      await site.get('/retries', { method: 'POST', headers: FORM, body })
    const { body } = await site.web.metrics.render()
    expect(body).toContain('http_request_duration_seconds_count{route="/retries",status="413"} 2')
  })

  it('of one address are sent some at a time, and do not keep another address waiting', async () => {
    const site = await aSite()
    for (let sent = 0; sent < 16; sent++) {
      const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) })
      const init = { method: 'POST', headers: FORM, body, duplex: 'half' } as RequestInit
      // It never ends
      Promise.resolve(site.app.request('/login', init, from('192.0.2.1'))).catch(() => undefined)
    }
    const short = { method: 'POST', headers: FORM, body: 'next=/' }
    expect((await site.app.request('/login', short, from('192.0.2.1'))).status).toBe(429)
    expect((await site.app.request('/login', short, from('192.0.2.2'))).status).not.toBe(429)
  })
})
