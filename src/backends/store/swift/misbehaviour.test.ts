import { createServer, type Server } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type HttpPeer, startPeer } from '../../../../test/backends/http-peer.ts'
import { listAll } from '../../../../test/backends/listing-model.ts'
import {
  type Answer,
  entry,
  impatient,
  json,
  object,
  openOn,
  patient,
  status,
} from '../../../../test/backends/swift-peer.ts'
import { Unavailable } from '../../../domain/errors.ts'
import { silentLog } from '../../../log.ts'
import type { Store } from '../store.ts'
import { swiftStore } from './swift.ts'

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
  raw?.close()
})

let raw: Server | undefined

describe('a Swift that misbehaves', () => {
  it('and breaks off a body is reported to whoever reads it', async () => {
    await storeOn((_request, response) => {
      response.writeHead(200, { ...object, 'content-length': '1000' })
      response.write('x'.repeat(100), () => response.destroy())
    })
    const got = await store.get('c', 'o')
    expect(got?.bytes).toBe(1000)
    await expect(buffer(got?.body ?? Readable.from([]))).rejects.toThrow(
      'the object store broke off after 100 bytes of a body',
    )
    expect(peer.asked).toHaveLength(1)
  })

  it('and breaks off a body that nobody reads yet does not end the process', async () => {
    await storeOn((_request, response) => {
      response.writeHead(200, { ...object, 'content-length': '1000' })
      response.write('x'.repeat(100), () => response.destroy())
    })
    const got = await store.get('c', 'o')
    await sleep(100)
    await expect(buffer(got?.body ?? Readable.from([]))).rejects.toThrow(Unavailable)
  })

  it('and breaks off a listing is asked again', async () => {
    await storeOn(
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('[', () => response.destroy())
      },
      json([entry('a')]),
    )
    expect(await store.list('c')).toMatchObject([
      { name: 'a', lastModified: new Date('2026-11-22T17:06:39.468Z') },
    ])
    expect(peer.asked).toHaveLength(2)
  })

  it('and never answers is given up', async () => {
    await impatientStoreOn(() => {})
    await expect(store.head('c', 'o')).rejects.toThrow('the object store does not answer')
    expect(peer.asked).toHaveLength(4)
  })

  it('and gives its headers letter by letter is given up', async () => {
    raw = createServer(socket => {
      const timer = setInterval(() => socket.write('x-a: b\r\n'), 20)
      socket.write('HTTP/1.1 200 OK\r\n')
      socket.on('error', () => {}).on('close', () => clearInterval(timer))
    })
    await new Promise<void>(resolve => raw?.listen(0, '127.0.0.1', resolve))
    await storeOn(() => {})
    const { port } = raw.address() as { port: number }
    const slow = swiftStore(
      { login: 'anonymous', storageUrl: `http://127.0.0.1:${port}/v1` },
      { log: silentLog, timing: { ...impatient, attempts: 2 } },
    )
    await expect(slow.head('c', 'o')).rejects.toThrow(Unavailable)
    await slow.close()
  })

  it('and falls silent in a body is given up, but a slow reader is waited for', async () => {
    await impatientStoreOn(
      (_request, response) => {
        response.writeHead(200, { ...object, 'content-length': '1000' }).write('x')
      },
      status(200, { ...object, 'content-length': '2000000' }, 'y'.repeat(2_000_000)),
    )
    const silent = await store.get('c', 'o')
    await expect(buffer(silent?.body ?? Readable.from([]))).rejects.toThrow('stopped sending after 1 bytes')
    const large = await store.get('c', 'o')
    let length = 0
    for await (const chunk of large?.body ?? []) {
      if (length === 0) await sleep(2 * impatient.idleMs)
      length += (chunk as Buffer).length
    }
    expect(length).toBe(2_000_000)
  })

  it.each(['<html>', '{"a": 1}', '[{"name": 3}]', '[{"name": "a", "bytes": -1}]', '', '[['])(
    'and sends %j for a listing is not believed',
    async text => {
      await storeOn(status(200, {}, text))
      await expect(store.list('c')).rejects.toThrow('the object store sent an invalid listing')
    },
  )

  it('and is busy is asked again, until it is not', async () => {
    await storeOn(status(503, {}, 'busy'), status(500), json([]))
    expect(await store.list('c')).toEqual([])
    expect(peer.asked).toHaveLength(3)
  })

  it('and is busy for ever is asked four times', async () => {
    await storeOn(status(503))
    await expect(store.head('c', 'o')).rejects.toThrow('the object store answers 503')
    expect(peer.asked).toHaveLength(4)
  })

  it('and asks for a pause gets it, if there is time for it', async () => {
    const times: number[] = []
    const noting =
      (answer: Answer): Answer =>
      (...exchange) => {
        times.push(performance.now())
        answer(...exchange)
      }
    const busy = (seconds: number) => noting(status(429, { 'retry-after': String(seconds) }))
    await storeOn(busy(1), noting(json([])), busy(3600))
    expect(await store.list('c')).toEqual([])
    // Never less, however busy this machine is
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThan(900)
    // An hour would last longer than this test may
    await expect(store.list('c')).rejects.toThrow('429')
    expect(peer.asked).toHaveLength(3)
  })

  it('and does not go on from a marker is not listed for ever', async () => {
    const page = json([entry('a'), { subdir: 'b/' }])
    await storeOn(page)
    expect(await store.list('c', { delimiter: '/' })).toHaveLength(2)
    for (const marker of ['a', 'b/', 'c']) {
      const listing = store.list('c', { delimiter: '/', marker })
      await expect(listing, marker).rejects.toThrow('a listing that does not advance')
    }
    await expect(listAll(store, 'c', { delimiter: '/' })).rejects.toThrow('a listing that does not advance')
  })

  it('and gives the same containers again is not asked for ever', async () => {
    await storeOn(json([{ name: 'a' }, { name: 'b' }]))
    expect(await store.containers()).toEqual(['a', 'b'])
    await expect(store.containers({ marker: 'b' })).rejects.toThrow('does not advance')
  })

  it('and sends more entries than asked for, or without an end, is cut short', async () => {
    await storeOn(json([entry('a'), entry('b'), entry('c')]), (_request, response) => {
      response.writeHead(200).write('[')
      const more = () => {
        while (!response.destroyed && response.write(`${JSON.stringify(entry('x'.repeat(1000)))},`));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    expect(await store.list('c', { limit: 2 })).toHaveLength(2)
    await expect(store.list('c', { limit: 2 })).rejects.toThrow(Unavailable)
    await expect.poll(() => peer.open.size).toBe(0)
  })

  it('and redirects to another host is not followed', async () => {
    const elsewhere = await startPeer((_request, response) => response.end())
    await storeOn(status(301, { location: `${elsewhere.url}/v1/AUTH_a/c/o` }))
    await expect(store.get('c', 'o')).rejects.toThrow('redirects to another address')
    expect(elsewhere.asked).toEqual([])
    await elsewhere.close()
  })

  it('and tells nothing of an object is not guessed at', async () => {
    await storeOn(
      (_request, response) => void response.writeHead(200, object).write('chunked'),
      status(200, { ...object, 'content-length': '0', 'last-modified': 'soon' }),
      status(206, { ...object, 'content-range': 'bytes 5-2/10' }),
    )
    await expect(store.get('c', 'o')).rejects.toThrow('did not send the length, time or ETag')
    await expect.poll(() => peer.open.size).toBe(0)
    await expect(store.head('c', 'o')).rejects.toThrow('did not send the length, time or ETag')
    await expect(store.get('c', 'o', { range: { first: 5 } })).rejects.toThrow('which range')
  })

  it('and answers no HTTP, or nobody, is called away, without a word about where it is', async () => {
    raw = createServer(socket => void socket.on('error', () => {}).end('SSH-2.0-OpenSSH\r\n'))
    await new Promise<void>(resolve => raw?.listen(0, '127.0.0.1', resolve))
    await storeOn(() => {})
    for (const port of [(raw.address() as { port: number }).port, 1]) {
      const away = swiftStore(
        { login: 'anonymous', storageUrl: `http://127.0.0.1:${port}/v1/AUTH_a` },
        { log: silentLog, timing: patient },
      )
      await expect(away.head('c', 'o')).rejects.toThrow(
        /^the object store cannot be reached: (HPE_\w+|ECONNREFUSED)$/,
      )
      expect(await away.state()).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/cannot be reached/),
      })
      await away.close()
    }
  })
})
