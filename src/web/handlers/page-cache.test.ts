import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Answer, Source } from './page.ts'
import { KeptPage, PageCache } from './page-cache.ts'

const answer = (body: string, status: 200 | 404 = 200): Answer => ({
  status,
  contentType: 'text/plain',
  body,
  cache: 'revalidate',
})

/** Renderings over sources whose versions the test turns up. */
function renderings(limit = 1_000_000) {
  const versions: Record<string, number> = { results: 1, running: 1 }
  const kept = new PageCache(sources => sources.map(source => versions[source]).join(), limit)
  let rendered = 0
  const get = async (key: string, from: readonly Source[], body = 'x') => {
    const found = await kept.get(key, from, () => {
      rendered++
      return answer(body)
    })
    if (!(found instanceof KeptPage)) throw new Error('a redirect')
    return found
  }
  return { kept, versions, get, count: () => rendered }
}

describe('kept renderings', () => {
  it('render again only when a source of theirs changed', async () => {
    const { get, versions, count } = renderings()
    await get('/a', ['results'])
    await get('/a', ['results'])
    versions.running = 2
    await get('/a', ['results'])
    expect(count()).toBe(1)
    versions.results = 2
    await get('/a', ['results'])
    expect(count()).toBe(2)
  })

  it('are given at once, without a promise, when they are true', async () => {
    const { kept, get } = renderings()
    await get('/a', ['results'])
    expect(kept.get('/a', ['results'], () => answer('never'))).toBeInstanceOf(KeptPage)
  })

  it('are shared by those who ask at the same time', async () => {
    const { get, count } = renderings()
    await Promise.all([get('/a', ['results']), get('/a', ['results']), get('/b', ['results'])])
    expect(count()).toBe(2)
  })

  it('are stale if a source changed while they were made', async () => {
    const { kept, versions, get, count } = renderings()
    await kept.get('/a', ['results'], () => {
      versions.results = 2
      return answer('old')
    })
    await get('/a', ['results'])
    expect(count()).toBe(1)
  })

  it('keep no failure', async () => {
    const { kept, get } = renderings()
    const fail = (): never => {
      throw new Error('away')
    }
    await expect(kept.get('/a', ['results'], fail)).rejects.toThrow('away')
    expect((await get('/a', ['results'])).size).toBe(1)
  })

  it('forget the least recently used beyond their limit of bytes', async () => {
    const { get, count } = renderings(20_000)
    const body = 'x'.repeat(4000)
    await get('/a', ['results'], body)
    await get('/b', ['results'], body)
    await get('/a', ['results'], body)
    await get('/c', ['results'], body)
    expect(count()).toBe(3)
    await get('/a', ['results'], body)
    expect(count(), '/a was used last').toBe(3)
    await get('/b', ['results'], body)
    expect(count()).toBe(4)
  })
})

describe('a kept rendering', () => {
  const text = 'hello '.repeat(1000)

  it('has compressed forms of the same bytes, made once', async () => {
    const kept = new KeptPage(answer(text))
    const [br, gzip] = [await kept.variant('br'), await kept.variant('gzip')]
    expect(brotliDecompressSync(br.body).toString()).toBe(text)
    expect(gunzipSync(gzip.body).toString()).toBe(text)
    expect(br.headers['content-encoding']).toBe('br')
    expect(Number(br.headers['content-length'])).toBe(br.body.byteLength)
    expect(kept.variant('br')).toBe(br)
  })

  it.each(['br', 'gzip'] as const)('is compressed anew (%s) after that has failed', async encoding => {
    let isFull = true // of memory, as happens to large pages
    const kept = new KeptPage(answer(text.repeat(10)), async (body, asked) => {
      if (isFull) throw new Error('Memory allocation failed')
      return asked === 'br' ? brotliCompressSync(body) : gzipSync(body)
    })
    const asked = [kept.variant(encoding), kept.variant(encoding)]
    for (const one of asked) await expect(one).rejects.toThrow('Memory allocation failed')
    isFull = false
    const { body } = await kept.variant(encoding)
    expect((encoding === 'br' ? brotliDecompressSync : gunzipSync)(body).toString()).toBe(text.repeat(10))
  })

  it('is sent as it is when it is small', async () => {
    const { headers } = await new KeptPage(answer('hello')).variant('br')
    expect(headers['content-encoding']).toBeUndefined()
  })

  it('has a tag of its bytes alone, that matches in every form of the header', () => {
    const kept = new KeptPage(answer(text))
    expect(new KeptPage(answer(text)).etag).toBe(kept.etag)
    expect(new KeptPage(answer(`${text}!`)).etag).not.toBe(kept.etag)
    for (const header of [kept.etag, kept.etag.slice(2), `"x", ${kept.etag}`, '*']) {
      expect(kept.matches(header), header).toBe(true)
    }
    expect(kept.matches('W/"other"')).toBe(false)
    expect(kept.matches(undefined)).toBe(false)
  })

  it('has no tag when it says that there is nothing', () => {
    const kept = new KeptPage(answer('none', 404))
    expect(kept.matches(kept.etag)).toBe(false)
  })
})
