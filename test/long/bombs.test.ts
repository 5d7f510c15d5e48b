import { Readable } from 'node:stream'
import { createGzip, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decompress } from '../../src/backends/http/decompress.ts'
import type { ListEntry, ListQuery, Store } from '../../src/backends/store/store.ts'
import { listArtifacts } from '../../src/contracts/files/artifacts-tar.ts'
import { readResultTar } from '../../src/contracts/files/result-tar.ts'
import { parseSources } from '../../src/contracts/files/sources-index.ts'
import { readTar } from '../../src/contracts/files/tar.ts'
import { BadInput } from '../../src/domain/errors.ts'
import { indexLog } from '../../src/operations/index/index-log.ts'
import { compareWithStore } from '../../src/operations/ingest/compare-with-store.ts'
import { listRuns } from '../../src/operations/ingest/listed-runs.ts'
import { readLogHead } from '../../src/operations/ingest/read-log-head.ts'
import { resultsWith } from '../builders/databases.ts'
import { aRun } from '../builders/run.ts'
import { tarHeader } from '../builders/tar-header.ts'
import { heldMemory, holdsMoreThan } from '../held-memory.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB
const RUN = { release: 'noble', arch: 'amd64', package: 'hello', runId: '20260902_101112_abcde@' }

// A gigabyte takes its time on a machine that does other things too
vi.setConfig({ testTimeout: 120_000 })

/** What a reading may hold at once, all told: a tenth of what the smaller bombs unpack to. */
const MOST_HELD = 100 * MIB
let isTooMuch: boolean
let watching: NodeJS.Timeout
beforeEach(() => {
  const bound = heldMemory() + MOST_HELD
  isTooMuch = false
  watching = setInterval(() => {
    isTooMuch ||= holdsMoreThan(bound)
  }, 5)
})
afterEach(() => {
  clearInterval(watching)
  expect(isTooMuch, `more than ${MOST_HELD / MIB} MiB were held at once`).toBe(false)
})

/** So many bytes of one kind, packed a thousandfold as they are made: a gzip of many members, each of 1 MiB. */
function packed(total: number, fill = 'a', first = ''): Readable {
  const member = gzipSync(Buffer.alloc(MIB, fill))
  return Readable.from(
    (function* () {
      if (first !== '') yield gzipSync(first)
      for (let bytes = 0; bytes < total; bytes += MIB) yield member
    })(),
  )
}

/** A store in which every object is made as it is read. */
function storeOf(body: () => Readable): Pick<Store, 'get'> {
  const get = async () => ({
    body: body(),
    bytes: 2 * MIB,
    contentType: 'text/plain',
    lastModified: new Date(0),
    etag: 'x',
  })
  return { get }
}

const signal = new AbortController().signal

describe('a log', () => {
  it('with a line of a gigabyte is indexed, in little memory', async () => {
    const start = 'autopkgtest [10:11:12]: test smoke: [-----------------------\n'
    const indexed = await indexLog(
      storeOf(() => packed(GIB, 'a', start)),
      RUN,
      {},
      signal,
    )
    const index = indexed?.index
    expect(index?.lines).toBe(2)
    expect(index?.bytes).toBeGreaterThanOrEqual(GIB)
    expect(index?.sections).toHaveLength(2)
  })

  it('of nothing but newlines, or of nothing but sections, is indexed in little memory', async () => {
    const short = 16 * MIB
    const indexed = await indexLog(
      storeOf(() => packed(short, '\n')),
      RUN,
      {},
      signal,
    )
    expect(indexed?.index).toMatchObject({ lines: short, bytes: short })
    const section = 'autopkgtest [10:11:12]: test t: [-----------------------\n'
    const repeated = gzipSync(section.repeat(20_000))
    const many = () => Readable.from(Array.from({ length: 10 }, () => repeated))
    expect((await indexLog(storeOf(many), RUN, {}, signal))?.index.sections.length).toBeLessThanOrEqual(5_001)
  })

  it('that unpacks a thousandfold has its head read and no more', async () => {
    expect(
      await readLogHead(
        storeOf(() => packed(GIB)),
        'autopkgtest-noble',
        RUN,
        signal,
      ),
    ).toBeUndefined()
  })
})

describe('an index of the archive', () => {
  it('that unpacks a thousandfold is refused, and says why', async () => {
    const reading = parseSources(decompress(packed(GIB + 2 * MIB)))
    await expect(reading).rejects.toThrow(new BadInput(`more than ${GIB} bytes`))
  })

  it('of packages without end is refused', async () => {
    const stanzas = function* () {
      for (let n = 0; ; n += 1) yield Buffer.from(`Package: p${n}\nVersion: ${n}\n\n`)
    }
    const limits = { bytes: GIB, packages: 20_000 }
    await expect(parseSources(Readable.from(stanzas()), limits)).rejects.toThrow(
      'more than 20000 source packages',
    )
  })
})

/** A tar of so many empty members, made as it is read. */
function tarOfMany(count: number): Readable {
  return Readable.from(
    (function* () {
      for (let n = 0; n < count; n += 100) {
        yield Buffer.concat(Array.from({ length: 100 }, (_, m) => tarHeader(`f${n + m}`, '0')))
      }
      yield Buffer.alloc(1024)
    })(),
  )
}

describe('an archive', () => {
  it('of 100,000 members is read as far as it may be, and says so', async () => {
    const source = tarOfMany(100_000).pipe(createGzip({ level: 1 }))
    const { files, fault } = await listArtifacts(source)
    expect(files).toHaveLength(10_000)
    expect(fault).toContain('more than 10000 members')
  })

  it('of results of 100,000 members is broken', async () => {
    await expect(readResultTar(tarOfMany(100_000))).rejects.toThrow(BadInput)
  })

  it('that unpacks a thousandfold is left in time, whatever is asked of it', async () => {
    // Of 8 GiB, of which some follow
    const header = tarHeader('big', '77777777777')
    const bomb = () => packed(GIB + MIB, '\0', header.toString('latin1'))
    const { files, fault } = await listArtifacts(bomb())
    expect(files).toEqual([{ name: 'big', bytes: 8 * GIB - 1 }])
    expect(fault).toContain(`more than ${GIB} bytes`)
    const names: string[] = []
    const reading = async () => {
      const limits = { what: 'the tar', bytes: 50 * MIB, members: 10 }
      for await (const member of readTar(Readable.from(plain(header, GIB)), limits)) names.push(member.name)
    }
    await expect(reading()).rejects.toThrow(BadInput)
    expect(names).toEqual(['big'])
  })
})

function* plain(first: Buffer, total: number): Generator<Buffer> {
  yield first
  const chunk = Buffer.alloc(MIB)
  for (let bytes = 0; bytes < total; bytes += MIB) yield chunk
}

/** A container whose listing never ends: each page goes on after its marker. */
function endlessStore(pages: { count: number }): Pick<Store, 'list' | 'head' | 'get'> {
  let run = 0
  const entry = (): ListEntry => {
    run += 1
    const runId = `2026${String(run).padStart(10, '0')}_abcde@`
    const name = `noble/amd64/h/hello/${runId}/result.tar`
    return { name, bytes: 1, lastModified: new Date(0), contentType: 'x', hash: 'x' }
  }
  return {
    async list(_container: string, { limit = 10_000 }: ListQuery = {}) {
      pages.count += 1
      return Array.from({ length: limit }, entry)
    },
    head: async () => undefined,
    get: async () => undefined,
  }
}

describe('a listing that never ends', () => {
  it('is gone through page by page, and can be left at any moment', async () => {
    const pages = { count: 0 }
    const listed = await listRuns(endlessStore(pages), 'autopkgtest-noble')
    let runs = 0
    for await (const page of listed ?? []) {
      runs += page.runs.length
      if (runs >= 200_000) break
    }
    expect(pages.count).toBe(20)
  })

  it('ends with the signal where it is compared with the database', async () => {
    const pages = { count: 0 }
    const results = await resultsWith(aRun())
    const store = endlessStore(pages)
    const ending = new AbortController()
    const endless = {
      ...store,
      async list(...asked: Parameters<typeof store.list>) {
        if (pages.count === 3) ending.abort(new Error('enough'))
        ending.signal.throwIfAborted()
        return store.list(...asked)
      },
    }
    const comparing = async () => {
      const found = await compareWithStore({ results, store: endless }, 'noble', {
        contents: false,
        signal: ending.signal,
      })
      for await (const _ of found ?? []);
    }
    await expect(comparing()).rejects.toThrow('enough')
    expect(pages.count).toBe(3)
  })
})
