import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { storeContract } from '../../../../test/backends/store.contract.ts'
import { BadInput, Unavailable } from '../../../domain/errors.ts'
import type { Store } from '../store.ts'
import { filesystemStore } from './filesystem.ts'
import { synchronousGet } from './synchronous-get.ts'

const roots: string[] = []
function makeRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'store-'))
  roots.push(root)
  return root
}
afterAll(() => roots.forEach(root => void rmSync(root, { recursive: true })))

describe('a store in a folder, read by a thread that waits', () => {
  storeContract(async () => {
    const root = makeRoot()
    const store = filesystemStore({ root })
    const blocking = synchronousGet(root)
    return {
      ...store,
      // Everything but the MD5, which it never computes
      async get(...asked) {
        const found = await blocking.get(...asked)
        return found && { ...found, etag: (await store.head(asked[0], asked[1]))?.etag ?? '' }
      },
    }
  })
})

describe('reading a folder and waiting', () => {
  let root: string
  let store: Pick<Store, 'get'>
  const inside = (...names: string[]) => join(root, 'autopkgtest-noble', ...names)
  beforeEach(() => {
    root = makeRoot()
    mkdirSync(inside('noble'), { recursive: true })
    store = synchronousGet(root)
  })
  const get = (name: string, range?: { first: number; last?: number }) =>
    store.get('autopkgtest-noble', name, range && { range })
  const read = async (name: string) => {
    const found = await get(name)
    return found && buffer(found.body)
  }
  const openFiles = () => readdirSync('/proc/self/fd').length

  it('follows no link, and finds no folder, pipe or draft', async () => {
    writeFileSync(join(root, 'secret'), 'secret')
    symlinkSync(join(root, 'secret'), inside('noble/link'))
    symlinkSync(root, inside('out'))
    execFileSync('mkfifo', [inside('noble/pipe')])
    mkdirSync(join(root, '.uploads'))
    writeFileSync(join(root, '.uploads/draft'), 'half')
    for (const name of ['noble/link', 'out/secret', 'noble/pipe', 'noble', 'noble/none', 'noble/link/x'])
      expect(await get(name), name).toBeUndefined()
    expect(await store.get('.uploads', 'draft')).toBeUndefined()
    await expect(get('noble/../../secret')).rejects.toThrow(BadInput)
  })

  it('may have its own folder behind a link', async () => {
    writeFileSync(inside('noble/log.gz'), 'hello')
    symlinkSync(root, `${root}-link`)
    roots.push(`${root}-link`)
    const found = await synchronousGet(`${root}-link`).get('autopkgtest-noble', 'noble/log.gz')
    expect(found && (await text(found.body))).toBe('hello')
  })

  it('is unavailable without its folder', async () => {
    await expect(synchronousGet(join(root, 'none')).get('autopkgtest-noble', 'x')).rejects.toThrow(
      Unavailable,
    )
  })

  it('gives what is longer than one reading, whole and in part', async () => {
    const bytes = Buffer.alloc(200_000, 'some text ')
    writeFileSync(inside('noble/log.gz'), bytes)
    const [whole, part] = [
      await get('noble/log.gz'),
      await get('noble/log.gz', { first: 65_000, last: 150_000 }),
    ]
    expect(whole && (await buffer(whole.body)).equals(bytes)).toBe(true)
    expect(part && (await buffer(part.body)).equals(bytes.subarray(65_000, 150_001))).toBe(true)
    expect(part?.range).toEqual({ first: 65_000, last: 150_000, total: 200_000 })
  })

  it('ends at what is left of a file that is cut meanwhile', async () => {
    writeFileSync(inside('noble/log.gz'), Buffer.alloc(200_000))
    const found = await get('noble/log.gz')
    truncateSync(inside('noble/log.gz'), 100)
    expect(found && (await buffer(found.body)).length).toBe(100)
  })

  it('holds no file open that was read, left or refused', async () => {
    writeFileSync(inside('noble/log.gz'), Buffer.alloc(200_000))
    const before = openFiles()
    for (let n = 0; n < 20; n++) {
      await read('noble/log.gz')
      const left = await get('noble/log.gz')
      await new Promise(resolve => left?.body.once('close', resolve).destroy())
      await expect(get('noble/log.gz', { first: 200_000 })).rejects.toThrow(BadInput)
    }
    expect(openFiles()).toBeLessThan(before + 10)
  })
})
