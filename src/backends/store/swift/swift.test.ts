import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { HttpPeer } from '../../../../test/backends/http-peer.ts'
import {
  type Answer,
  impatient,
  json,
  object,
  openOn,
  patient,
  soonUnasked,
  status,
} from '../../../../test/backends/swift-peer.ts'
import { Forbidden, Unavailable } from '../../../domain/errors.ts'
import type { Store } from '../store.ts'

let peer: HttpPeer
let store: Store
const storeOn = async (...answers: Answer[]) => {
  ;({ peer, store } = await openOn(patient, answers))
}
const impatientStoreOn = async (...answers: Answer[]) => {
  ;({ peer, store } = await openOn(impatient, answers))
}
afterEach(async () => {
  await store.close()
  await peer.close()
})

describe('writing to Swift', () => {
  const received: string[] = []
  const takeSilently = (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    request
      .on('data', part => parts.push(part))
      .once('end', () => {
        received.push(Buffer.concat(parts).toString())
        response.writeHead(201).end()
      })
  }
  const take = (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.expect) response.writeContinue()
    takeSilently(request, response)
  }
  afterEach(() => {
    received.length = 0
  })

  it('is repeated for bytes', async () => {
    await storeOn(request => request.destroy(), status(503), take)
    await store.put('c', 'o', Buffer.from('abc'))
    expect(received).toEqual(['abc'])
    expect(peer.asked).toHaveLength(3)
  })

  it('is repeated for a stream as long as none of it was taken', async () => {
    await storeOn(status(503), take)
    await store.put('c', 'o', Readable.from(['abc', 'def'], { objectMode: false }))
    expect(received).toEqual(['abcdef'])
  })

  it('is never repeated for a stream that was begun', async () => {
    await storeOn((request, response) => {
      response.writeContinue()
      request.once('data', () => request.destroy())
    })
    const stream = Readable.from(['abc', 'def'], { objectMode: false })
    await expect(store.put('c', 'o', stream)).rejects.toThrow(Unavailable)
    expect(stream.destroyed).toBe(true)
    expect(peer.asked).toHaveLength(1)
    await expect.poll(() => peer.open.size).toBe(0)
  })

  it('begins unasked where nobody says "continue"', async () => {
    ;({ peer, store } = await openOn(soonUnasked, [takeSilently]))
    await store.put('c', 'o', Readable.from(['abc']))
    expect(received).toEqual(['abc'])
  })

  it('ends when nothing more is taken', async () => {
    await impatientStoreOn((_request, response) => response.writeContinue())
    const stream = Readable.from(
      (async function* () {
        for (;;) yield Buffer.alloc(1_000_000)
      })(),
    )
    await expect(store.put('c', 'o', stream)).rejects.toThrow('stopped reading')
  })

  it('stops when it is refused in the middle', async () => {
    await storeOn((request, response) => {
      response.writeContinue()
      request.once('data', () => response.writeHead(413).end())
    })
    const stream = Readable.from(
      (async function* () {
        for (;;) {
          await sleep(5)
          yield Buffer.alloc(100)
        }
      })(),
    )
    await expect(store.put('c', 'o', stream)).rejects.toThrow('413')
    expect(stream.destroyed).toBe(true)
    await expect.poll(() => peer.open.size).toBe(0)
  })

  it('sends the type that is given, and no encoding that is not', async () => {
    const types: unknown[] = []
    await storeOn((request, response) => {
      types.push([request.headers['content-type'], request.headers['content-encoding']])
      take(request, response)
    })
    await store.put('c', 'log.gz', Buffer.from('x'))
    await store.put('c', 'log.gz', Buffer.from('x'), { contentType: 'application/gzip' })
    await store.put('c', 'x', Buffer.from('x'), { contentEncoding: 'gzip' })
    expect(types).toEqual([
      ['text/plain; charset=UTF-8', 'gzip'],
      ['application/gzip', undefined],
      ['application/octet-stream', 'gzip'],
    ])
  })
})

describe('connections to Swift', () => {
  it('are used again, after misses too', async () => {
    await storeOn(
      status(404, {}, 'Not Found'),
      status(404),
      ...Array.from({ length: 20 }, () => status(200, { ...object, 'content-length': '1' }, 'x')),
    )
    expect(await store.get('c', 'no')).toBeUndefined()
    expect(await store.head('c', 'no')).toBeUndefined()
    for (let i = 0; i < 20; i++) {
      const got = await store.get('c', 'o')
      await buffer(got?.body ?? Readable.from([]))
    }
    // A request may begin before the end of the previous answer
    expect(peer.connections()).toBeLessThan(4)
  })

  it('end with a body that is left early, or aborted', async () => {
    await storeOn(status(200, { ...object, 'content-length': '5000000' }, 'y'.repeat(5_000_000)))
    const left = await store.get('c', 'o')
    left?.body.destroy()
    await expect.poll(() => peer.open.size).toBe(0)
    const control = new AbortController()
    await store.get('c', 'o', { signal: control.signal })
    control.abort()
    await expect.poll(() => peer.open.size).toBe(0)
  })

  it('are not waited for after an abort, nor is a pause', async () => {
    // An hour would last longer than this test may
    const answer = status(503, { 'retry-after': '3600' })
    ;({ peer, store } = await openOn({ ...patient, gracePeriodMs: 7_200_000 }, [answer]))
    const control = new AbortController()
    const got = expect(store.get('c', 'o', { signal: control.signal })).rejects.toThrow(/abort/i)
    await expect.poll(() => peer.asked.length).toBe(1)
    control.abort()
    await got
    expect(peer.asked).toHaveLength(1)
  })
})

describe('a stranger in Swift', () => {
  it('takes "unauthorised" for missing, as he cannot know better', async () => {
    await storeOn(status(401))
    expect(await store.get('c', 'o')).toBeUndefined()
    expect(await store.list('c')).toBeUndefined()
    expect(await store.access('c')).toBe('missing')
    expect(await store.state()).toEqual({ ok: true })
    await expect(store.containers()).rejects.toThrow(Forbidden)
    await expect(store.put('c', 'o', Buffer.from('x'))).rejects.toThrow(Unavailable)
  })

  it('asks for names and queries as they are', async () => {
    await storeOn(json([]), status(404))
    await store.list('c d', { prefix: 'a b+c/%', delimiter: '@', marker: 'é&', endMarker: '=', limit: 7 })
    await store.head('c', "n/20260902@/a?b#c;%41'")
    expect(peer.asked).toEqual([
      'GET /v1/AUTH_a/c%20d?format=json&prefix=a%20b%2Bc%2F%25&delimiter=%40&marker=%C3%A9%26&end_marker=%3D&limit=7',
      "HEAD /v1/AUTH_a/c/n/20260902%40/a%3Fb%23c%3B%2541'",
    ])
  })
})
