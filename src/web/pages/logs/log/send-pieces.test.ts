import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Pieces, sendTogether } from './send-pieces.ts'

const SOURCE = { destroy: () => undefined }

async function* piecesOf(...pieces: readonly (string | Promise<string>)[]): Pieces {
  for (const piece of pieces) yield await piece
}

const send = (pieces: Pieces, sent: (body: Uint8Array) => void = () => undefined): Promise<Response> =>
  sendTogether(pieces, SOURCE, { etag: 'x' }, 'gzip', { most: 1_000_000, sent })

const textOf = async (response: Response): Promise<string> =>
  gunzipSync(await response.arrayBuffer()).toString()

describe('a page that is short in all likelihood', () => {
  it('is sent as a whole, and kept', async () => {
    const kept: Uint8Array[] = []
    const response = await send(piecesOf('head', '', 'żółw'), body => kept.push(body))
    expect(response.headers.get('content-length')).toBe(String(kept[0]?.length))
    expect(await textOf(response)).toBe('headżółw')
    expect(gunzipSync(kept[0] as Uint8Array).toString()).toBe('headżółw')
  })

  it('is sent in pieces if it is longer than that', async () => {
    const kept: Uint8Array[] = []
    const piece = 'x'.repeat(200_000)
    const response = await send(piecesOf(piece, piece, 'end'), body => kept.push(body))
    expect(response.headers.get('content-length')).toBeNull()
    expect(await textOf(response)).toBe(`${piece}${piece}end`)
    expect(gunzipSync(kept[0] as Uint8Array).length).toBe(400_003)
  })

  it('has its head sent where the rest is waited for', async () => {
    const rest = Promise.withResolvers<string>()
    const response = await send(piecesOf('head', rest.promise, 'end'))
    const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>
    const first = await reader.read()
    rest.resolve('rest')
    const chunks = [first.value as Uint8Array]
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value)
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe('headrestend')
  })

  it('ends what it is made from when a reader of its pieces leaves', async () => {
    let ended = false
    async function* pieces(): Pieces {
      try {
        for (;;) yield 'x'.repeat(100_000)
      } finally {
        ended = true
      }
    }
    const response = await send(pieces())
    await response.body?.cancel()
    await expect.poll(() => ended).toBe(true)
  })

  it('fails before anything of it is sent', async () => {
    async function* pieces(): Pieces {
      yield 'head'
      throw new Error('no such log')
    }
    await expect(send(pieces())).rejects.toThrow('no such log')
  })
})
