import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { heldMemory } from '../../test/held-memory.ts'
import { aSite } from '../../test/web/site.ts'
import { Conflict } from '../domain/errors.ts'
import { type Listening, serveApp } from './server.ts'

async function serve(app: Hono, drainMs = 1000): Promise<Listening> {
  const listening = await serveApp(app, { host: '127.0.0.1', port: 0, drainMs })
  onTestFinished(() => listening.drain())
  return listening
}

/** Sends bytes and gives what came back when the other side has closed. */
function speak(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', data => {
      answer += data
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

/** Posts a form in one go, as a client does that reads no answer before it has sent all; what came back, or what broke. */
async function postAll(port: number, path: string, body: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  const ended = new Promise<string>(resolve => {
    socket.on('close', () => resolve(answer))
    socket.on('error', error => resolve(`${answer}${error.message}`))
  })
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n`,
  )
  for (let at = 0; at < body.length; at += 65_536) {
    if (!socket.write(body.subarray(at, at + 65_536)) && !socket.destroyed)
      await Promise.race([once(socket, 'drain'), ended])
  }
  socket.on('data', data => {
    answer += data
  })
  return ended
}

describe('the server', () => {
  it('holds nothing of the forms that it refuses', async () => {
    const { port } = await serve((await aSite()).app)
    const form = Buffer.alloc(12 * 1024 * 1024, 'a')
    heldMemory()
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const watching = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }, 1)
    const answers = await Promise.all(['/login', '/login', '/retries'].map(path => postAll(port, path, form)))
    clearInterval(watching)
    expect(answers.map(answer => answer.slice(9, 12))).toEqual(['413', '413', '413'])
    expect(most).toBeLessThan(form.length)
  })

  it.each([
    ['of too many bytes', '/login', Buffer.alloc(5 * 1024 * 1024, 'a')],
    ['of too many fields', '/retries', Buffer.from('a&'.repeat(120_000))],
    ['of many megabytes', '/request.cgi', Buffer.alloc(12 * 1024 * 1024, 'a')],
  ])('tells also who sends all first that a form %s is refused', async (_, path, body) => {
    const site = await aSite()
    const { port } = await serve(site.app)
    const answer = await postAll(port, path, body)
    expect(answer.slice(0, 12)).toBe('HTTP/1.1 413')
    expect(answer).toContain('Request too large')
    expect(answer.endsWith('</html>')).toBe(true)
  })

  it('serves the site over the wire as in the process', async () => {
    const site = await aSite()
    const { address } = await serve(site.app)
    const answer = await fetch(address, { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe((await site.get('/')).text)
    const head = await fetch(address, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength((await site.get('/')).text)))
    const known = { 'if-none-match': answer.headers.get('etag') ?? '' }
    expect((await fetch(address, { headers: known })).status).toBe(304)
  })

  it('says in a sentence that a port is taken', async () => {
    const { port } = await serve(new Hono())
    const again = serveApp(new Hono(), { host: '127.0.0.1', port })
    await expect(again).rejects.toThrow(Conflict)
    await expect(again).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use by another program`)
  })

  it('says in a sentence that an address is not its own', async () => {
    await expect(serveApp(new Hono(), { host: '192.0.2.1', port: 0 })).rejects.toThrow(
      'cannot listen on 192.0.2.1',
    )
  })

  it('lets an answer under way end before it closes', async () => {
    const app = new Hono().get('/slow', async c => {
      await sleep(300)
      return c.text('done')
    })
    const { address, drain } = await serve(app, 5000)
    const answer = fetch(`${address}slow`)
    await sleep(100)
    const drained = drain()
    expect(await (await answer).text()).toBe('done')
    await drained
    await expect(fetch(address)).rejects.toThrow()
  })

  it('closes what does not end in time', async () => {
    const app = new Hono().get('/endless', () => new Response(new ReadableStream()))
    const { address, drain } = await serve(app, 200)
    const answer = await fetch(`${address}endless`)
    const body = answer.text()
    await Promise.all([drain(), expect(body).rejects.toThrow()])
  })

  it('answers what is no request, and what is too long, and closes', async () => {
    const { port } = await serve(new Hono())
    expect(await speak(port, 'nonsense\r\n\r\n')).toContain('400 Bad Request')
    const long = `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`
    expect(await speak(port, long)).toContain('431 ')
  })

  it('lets one address have so many streams open, and no more', async () => {
    const site = await aSite([], { settings: { streams: 1 } })
    const { address } = await serve(site.app)
    const reader = new AbortController()
    const first = await fetch(`${address}events`, { signal: reader.signal })
    expect(first.status).toBe(200)
    const second = await fetch(`${address}events`)
    expect(second.status).toBe(429)
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await fetch(address)).status, 'a page is no stream').toBe(200)
    reader.abort()
    await expect.poll(async () => (await fetch(`${address}events`, { method: 'HEAD' })).status).toBe(200)
    await expect.poll(async () => (await fetch(`${address}events`, { method: 'HEAD' })).status).toBe(200)
  })

  it('has room for an address with dozens of triggers', async () => {
    const site = await aSite()
    const { address } = await serve(site.app)
    const query = Array.from(
      { length: 100 },
      (_, n) => `trigger=linux-meta-hwe-${n}/6.8.0.${n}~24.04.1`,
    ).join('&')
    expect((await fetch(`${address}?${query}`)).status).toBe(200)
  })
})
