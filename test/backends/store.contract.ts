import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListQuery, Store } from '../../src/backends/store/store.ts'
import { BadInput, Conflict, NotFound } from '../../src/domain/errors.ts'
import { expectedListing, listAll, nameOf } from './listing-model.ts'

const RUN = 'noble/amd64/h/hello/20260902_101112_abcde@'
const PUBLIC = 'autopkgtest-noble'
const PRIVATE = 'private-autopkgtest-noble'

/** Names that a layer between the program and the store might damage. */
const ODD_NAMES = [
  'a b/c+d',
  'a%2Fb/%/%41',
  'é/ü/\u{1f600}/\uffee',
  'q?u=e&r#y/;:,\'"',
  '~tilde/.hidden/..two/...',
  'back\\slash/line\nbreak/tab\t',
  '@/@@/x@',
]

/** What every object store must do, whatever its engine. `open` gives an empty one. */
export function storeContract(open: () => Promise<Store>): void {
  let store: Store
  const read = async (container: string, name: string) => {
    const object = await store.get(container, name)
    return object === undefined ? undefined : buffer(object.body)
  }

  beforeAll(async () => {
    store = await open()
    await store.createContainer(PUBLIC, 'public')
    await store.createContainer(PRIVATE, 'private')
  })
  afterAll(() => store.close())

  describe('containers', () => {
    it('are listed in order, by prefix, after a marker, and no more than asked for', async () => {
      const made = ['autopkgtest-jammy', 'autopkgtest-noble-joe-ppa', 'autopkgtest-noble-jé']
      for (const container of made) await store.createContainer(container, 'public')
      const all = await store.containers()
      expect(all).toEqual([
        'autopkgtest-jammy',
        PUBLIC,
        'autopkgtest-noble-joe-ppa',
        'autopkgtest-noble-jé',
        PRIVATE,
      ])
      expect(await store.containers({ prefix: 'autopkgtest-noble-' })).toEqual(all.slice(2, 4))
      expect(await store.containers({ marker: PUBLIC, limit: 2 })).toEqual(all.slice(2, 4))
      expect(await store.containers({ prefix: 'nothing' })).toEqual([])
    })

    it('tell strangers from those who may read', async () => {
      expect(await store.access(PUBLIC)).toBe('public')
      expect(await store.access(PRIVATE)).toBe('private')
      expect(await store.access('autopkgtest-nowhere')).toBe('missing')
    })

    it('can be removed once they are empty, and again', async () => {
      await store.createContainer('autopkgtest-gone', 'public')
      await store.put('autopkgtest-gone', 'a/b', Buffer.from('x'))
      await expect(store.removeContainer('autopkgtest-gone')).rejects.toThrow(Conflict)
      await store.remove('autopkgtest-gone', 'a/b')
      await store.removeContainer('autopkgtest-gone')
      expect(await store.access('autopkgtest-gone')).toBe('missing')
      await store.removeContainer('autopkgtest-gone')
    })

    it('can be made twice', async () => {
      await store.put(PUBLIC, 'kept', Buffer.from('x'))
      await store.createContainer(PUBLIC, 'public')
      expect(await read(PUBLIC, 'kept')).toEqual(Buffer.from('x'))
      await store.remove(PUBLIC, 'kept')
    })
  })

  describe('objects', () => {
    it('pass through byte by byte, gzip-encoded ones too', async () => {
      const log = gzipSync('  0s autopkgtest [10:11:12]: starting\n'.repeat(1000))
      await store.put(PUBLIC, `${RUN}/log.gz`, log)
      const object = await store.get(PUBLIC, `${RUN}/log.gz`)
      expect(object && (await buffer(object.body))).toEqual(log)
      expect(object).toMatchObject({
        bytes: log.length,
        contentType: 'text/plain; charset=UTF-8',
        contentEncoding: 'gzip',
      })
      expect(object?.range).toBeUndefined()
    })

    it('are described alike by get, head and a listing', async () => {
      const before = Date.now()
      await store.put(PUBLIC, `${RUN}/result.tar`, randomBytes(10_240))
      const { body, ...got } = (await store.get(PUBLIC, `${RUN}/result.tar`)) ?? expect.fail('missing')
      body.destroy()
      expect(await store.head(PUBLIC, `${RUN}/result.tar`)).toEqual(got)
      expect(got).toMatchObject({ bytes: 10_240, contentType: 'application/x-tar' })
      expect(got).not.toHaveProperty('contentEncoding')
      // Headers have no fractions of seconds; the clock of a server is that of this machine
      expect(got.lastModified.getTime()).toBeGreaterThanOrEqual(before - 1000)
      expect(got.lastModified.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
      const [listed] = (await store.list(PUBLIC, { prefix: `${RUN}/result.tar` })) ?? []
      expect(listed).toMatchObject({ bytes: 10_240, hash: got.etag, contentType: 'application/x-tar' })
      const apart = (listed as { lastModified: Date }).lastModified.getTime() - got.lastModified.getTime()
      expect(Math.abs(apart)).toBeLessThanOrEqual(1000)
    })

    it('may be empty', async () => {
      await store.put(PUBLIC, 'empty', new Uint8Array())
      expect(await read(PUBLIC, 'empty')).toEqual(Buffer.alloc(0))
      expect(await store.head(PUBLIC, 'empty')).toMatchObject({ bytes: 0 })
    })

    it('are replaced as a whole, and then have another etag', async () => {
      await store.put(PUBLIC, 'twice', Buffer.from('first'))
      const first = await store.head(PUBLIC, 'twice')
      await store.put(PUBLIC, 'twice', Buffer.from('again'))
      expect(await read(PUBLIC, 'twice')).toEqual(Buffer.from('again'))
      expect((await store.head(PUBLIC, 'twice'))?.etag).not.toBe(first?.etag)
    })

    it('are undefined where they or their container are missing', async () => {
      for (const [container, name] of [
        [PUBLIC, 'no/such'],
        ['autopkgtest-nowhere', 'x'],
        [PUBLIC, RUN],
      ] as const) {
        expect(await store.get(container, name)).toBeUndefined()
        expect(await store.head(container, name)).toBeUndefined()
      }
      expect(await store.list('autopkgtest-nowhere')).toBeUndefined()
    })

    it('cannot be put into a container that does not exist', async () => {
      await expect(store.put('autopkgtest-nowhere', 'x', Buffer.from('x'))).rejects.toThrow(NotFound)
      const stream = Readable.from([Buffer.from('x')])
      await expect(store.put('autopkgtest-nowhere', 'x', stream)).rejects.toThrow(NotFound)
      expect(stream.destroyed).toBe(true)
      expect(await store.access('autopkgtest-nowhere')).toBe('missing')
    })

    it('can be removed, again too', async () => {
      await store.put(PUBLIC, 'gone/a/b', Buffer.from('x'))
      await store.put(PUBLIC, 'gone/c', Buffer.from('x'))
      await store.remove(PUBLIC, 'gone/a/b')
      await store.remove(PUBLIC, 'gone/a/b')
      await store.remove('autopkgtest-nowhere', 'x')
      expect(await store.head(PUBLIC, 'gone/a/b')).toBeUndefined()
      expect((await store.list(PUBLIC, { prefix: 'gone/' }))?.map(nameOf)).toEqual(['gone/c'])
      await store.put(PUBLIC, 'gone/a', Buffer.from('a name that was a folder'))
      expect(await store.head(PUBLIC, 'gone/a')).toBeDefined()
    })

    it.each(ODD_NAMES)('may be called %j', async name => {
      await store.put(PUBLIC, name, Buffer.from(name))
      expect(await read(PUBLIC, name)).toEqual(Buffer.from(name))
      expect((await store.list(PUBLIC, { prefix: name }))?.map(nameOf)).toEqual([name])
      await store.remove(PUBLIC, name)
      expect(await store.head(PUBLIC, name)).toBeUndefined()
    })

    it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/', '.', '', 'a\0', '\ud800'])(
      'may not be called %j',
      async name => {
        await expect(store.get(PUBLIC, name)).rejects.toThrow(BadInput)
        await expect(store.head(PUBLIC, name)).rejects.toThrow(BadInput)
        await expect(store.remove(PUBLIC, name)).rejects.toThrow(BadInput)
        await expect(store.put(PUBLIC, name, Buffer.from('x'))).rejects.toThrow(BadInput)
      },
    )

    it('may have names of 1024 bytes, in containers of 256, and no more', async () => {
      const longest = `${'é'.repeat(100)}/`.repeat(5) + 'x'.repeat(19)
      await store.put(PUBLIC, longest, Buffer.from('x'))
      expect(await read(PUBLIC, longest)).toEqual(Buffer.from('x'))
      await store.remove(PUBLIC, longest)
      await expect(store.get(PUBLIC, `${longest}x`)).rejects.toThrow(BadInput)
      await expect(store.put(PUBLIC, `${longest}x`, Buffer.from('x'))).rejects.toThrow(BadInput)
      expect(await store.list('é'.repeat(128))).toBeUndefined()
      await expect(store.list(`${'é'.repeat(128)}x`)).rejects.toThrow(BadInput)
    })

    it.each(['..', '.', '', 'a/b', '../autopkgtest-noble', 'a\0'])(
      'may not be in a container called %j',
      async container => {
        await expect(store.get(container, 'x')).rejects.toThrow(BadInput)
        await expect(store.put(container, 'x', Buffer.from('x'))).rejects.toThrow(BadInput)
        await expect(store.list(container)).rejects.toThrow(BadInput)
        await expect(store.access(container)).rejects.toThrow(BadInput)
        await expect(store.createContainer(container, 'public')).rejects.toThrow(BadInput)
      },
    )
  })

  describe('ranges', () => {
    const range = async (first: number, last?: number, name = 'ten') => {
      const object = await store.get(PUBLIC, name, {
        range: { first, ...(last === undefined ? {} : { last }) },
      })
      const text = object && (await buffer(object.body)).toString()
      return { text, bytes: object?.bytes, range: object?.range }
    }
    beforeAll(() => store.put(PUBLIC, 'ten', Buffer.from('0123456789')))

    it('give the middle, the rest and the end of an object, and say which of how many bytes', async () => {
      expect(await range(2, 4)).toEqual({ text: '234', bytes: 10, range: { first: 2, last: 4, total: 10 } })
      expect(await range(7)).toEqual({ text: '789', bytes: 10, range: { first: 7, last: 9, total: 10 } })
      expect(await range(-3)).toEqual({ text: '789', bytes: 10, range: { first: 7, last: 9, total: 10 } })
    })

    it('are cut where the object ends', async () => {
      expect(await range(8, 65_535)).toEqual({
        text: '89',
        bytes: 10,
        range: { first: 8, last: 9, total: 10 },
      })
      expect((await range(-500)).text).toBe('0123456789')
    })

    it('of an empty object are unsatisfiable, but for its end', async () => {
      await store.put(PUBLIC, 'empty', new Uint8Array())
      expect(await range(-5, undefined, 'empty')).toEqual({ text: '', bytes: 0, range: undefined })
      await expect(range(0, 0, 'empty')).rejects.toThrow(BadInput)
    })

    it.each([
      [10, undefined],
      [10, 20],
      [4, 3],
      [-3, 5],
      [0.5, 2],
      [Number.NaN, undefined],
      [0, Infinity],
    ])('from %s to %s are refused', async (first, last) => {
      await expect(range(first, last)).rejects.toThrow(BadInput)
    })
  })

  describe('listings', () => {
    const LISTED = 'autopkgtest-jammy'
    const names = [
      ...['amd64', 'arm64', 'i386'].flatMap(arch =>
        ['20240101_000000_aaaaa@', '20240102_000000_bbbbb@', '20240103_000000@'].flatMap(id =>
          ['log.gz', 'result.tar'].map(file => `jammy/${arch}/h/hello/${id}/${file}`),
        ),
      ),
      'jammy/amd64/h/hello/20240102_000000_bbbbb@x', // in the same common prefix as the run's files
      'jammy/amd64/h/hello.tar',
      'jammy/amd64/h/hello-world/20240101_000000_aaaaa@/log.gz',
      'jammy/amd64/h/hello0',
      'jammy.txt',
      'jammy0/x',
      'jammy-é/\uffee/x',
      'jammy-é/\u{1f600}/x',
      '20%25/a b+c',
      'zz',
    ]
    const hello = 'jammy/amd64/h/hello/'
    const variants: { [Key in keyof Required<ListQuery>]: ListQuery[Key][] } = {
      prefix: [undefined, 'jammy', hello, `${hello}20240102`, 'jammy-é/', 'a/../'],
      delimiter: [undefined, '/', '@', '@/'],
      marker: [
        undefined,
        hello,
        `${hello}20240102_000000_bbbbb@`,
        `${hello}20240102_000000_bbbbb@/log.gz`,
        'jammy-é/\uffee',
      ],
      endMarker: [undefined, 'jammy/arm64/', `${hello}20240103`],
      limit: [undefined, 2],
    }
    const queries = Object.entries(variants).reduce<ListQuery[]>(
      (all, [key, values]) =>
        all.flatMap(query => values.map(value => (value === undefined ? query : { ...query, [key]: value }))),
      [{}],
    )

    beforeAll(() => Promise.all(names.map(name => store.put(LISTED, name, Buffer.from('x')))))

    it('are right by every parameter alone and by all together', async () => {
      expect(queries).toHaveLength(6 * 4 * 5 * 3 * 2)
      for (const query of queries) {
        const entries = await store.list(LISTED, query)
        expect(entries?.map(nameOf), JSON.stringify(query)).toEqual(expectedListing(names, query))
      }
    })

    it('go on page by page, whatever the size of the pages', async () => {
      for (const query of [
        { limit: 1 },
        { limit: 2, delimiter: '@' },
        { limit: 3, prefix: hello, delimiter: '/' },
        { limit: 1, delimiter: '@', marker: `${hello}20240102_000000_bbbbb@/log.gz` },
      ]) {
        const all = expectedListing(names, { ...query, limit: 10_000 })
        expect(await listAll(store, LISTED, query), JSON.stringify(query)).toEqual(all)
      }
    })

    it('of an empty container are empty', async () => {
      expect(await store.list('autopkgtest-noble-joe-ppa')).toEqual([])
    })

    it.each([{ limit: 0 }, { limit: 10_001 }, { marker: '\0' }])('are not given by %j', async query => {
      await expect(store.list(LISTED, query)).rejects.toThrow(BadInput)
    })
  })

  describe('streams', () => {
    it('carry 200 MB both ways in bounded memory', async () => {
      const chunk = randomBytes(256 * 1024)
      const sent = createHash('md5')
      const start = process.memoryUsage().rss
      let most = start
      const watch = () => {
        most = Math.max(most, process.memoryUsage().rss)
      }
      async function* chunks() {
        for (let i = 0; i < 800; i++) {
          sent.update(chunk)
          watch()
          yield chunk
        }
      }
      await store.put(PUBLIC, 'big', Readable.from(chunks(), { objectMode: false }))
      const object = (await store.get(PUBLIC, 'big')) ?? expect.fail('missing')
      const received = createHash('md5')
      for await (const part of object.body) {
        received.update(part)
        watch()
      }
      expect(object.bytes).toBe(800 * chunk.length)
      expect(received.digest('hex')).toBe(sent.digest('hex'))
      await store.remove(PUBLIC, 'big')
      expect(most - start).toBeLessThan(96 * 1024 * 1024)
    })

    it('that fail leave what was there before', async () => {
      await store.put(PUBLIC, 'stable', Buffer.from('before'))
      async function* broken() {
        yield randomBytes(300_000)
        throw new RangeError('the source broke')
      }
      await expect(store.put(PUBLIC, 'stable', Readable.from(broken()))).rejects.toThrow('the source broke')
      await expect(store.put(PUBLIC, 'never', Readable.from(broken()))).rejects.toThrow(RangeError)
      const early = new Readable({ read() {} })
      const put = store.put(PUBLIC, 'never', early)
      early.destroy(new RangeError('broken from the start'))
      await expect(put).rejects.toThrow('broken from the start')
      const left = new Readable({ read() {} })
      left.push('some')
      setTimeout(() => left.destroy(), 50)
      await expect(store.put(PUBLIC, 'never', left)).rejects.toThrow(/premature/i)
      expect(await read(PUBLIC, 'stable')).toEqual(Buffer.from('before'))
      expect(await store.head(PUBLIC, 'never')).toBeUndefined()
    })

    it('show readers the old object or the new one, never a mixture', async () => {
      const versions = ['a', 'b'].map(letter => Buffer.alloc(700_000, letter))
      await store.put(PUBLIC, 'changing', versions[0] as Buffer)
      let writing = true
      const reader = async () => {
        let reads = 0
        while (writing) {
          const bytes = (await read(PUBLIC, 'changing')) as Buffer
          expect(versions.some(version => version.equals(bytes))).toBe(true)
          reads++
        }
        return reads
      }
      const readers = [reader(), reader(), reader()]
      for (let i = 1; i <= 20; i++) await store.put(PUBLIC, 'changing', versions[i % 2] as Buffer)
      writing = false
      expect(Math.min(...(await Promise.all(readers)))).toBeGreaterThan(0)
    })

    it('that are left early give back what they held', async () => {
      await store.put(PUBLIC, 'large', randomBytes(4_000_000))
      const openFiles = () => readdirSync('/proc/self/fd').length
      const before = openFiles()
      for (let i = 0; i < 60; i++) {
        const object = (await store.get(PUBLIC, 'large')) ?? expect.fail('missing')
        for await (const part of object.body) if (part.length > 0) break
      }
      await expect.poll(openFiles).toBeLessThan(before + 20)
      expect((await read(PUBLIC, 'large'))?.length).toBe(4_000_000)
    })

    it('end when they are aborted', async () => {
      await store.put(PUBLIC, 'large', randomBytes(4_000_000))
      const aborted = AbortSignal.abort()
      await expect(store.get(PUBLIC, 'large', { signal: aborted })).rejects.toThrow(/abort/i)
      const control = new AbortController()
      const object = (await store.get(PUBLIC, 'large', { signal: control.signal })) ?? expect.fail('missing')
      const reading = (async () => {
        for await (const part of object.body) if (part.length > 0) control.abort()
      })()
      await expect(reading).rejects.toThrow(/abort/i)
    })
  })

  it('says that it is well', async () => {
    expect(await store.state()).toEqual({ ok: true })
  })
}
