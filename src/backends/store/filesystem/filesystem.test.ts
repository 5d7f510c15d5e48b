import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { expectedListing, listAll, nameOf } from '../../../../test/backends/listing-model.ts'
import { storeContract } from '../../../../test/backends/store.contract.ts'
import { fc } from '../../../../test/fuzz.ts'
import { BadInput, Conflict, Unavailable } from '../../../domain/errors.ts'
import type { ListedObject, Store } from '../store.ts'
import { filesystemStore } from './filesystem.ts'
import { keptMd5 } from './kept-md5.ts'

const roots: string[] = []
async function makeRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'store-'))
  roots.push(root)
  return root
}
afterAll(() => Promise.all(roots.map(root => rm(root, { recursive: true }))))

describe('the store in a folder', () => {
  storeContract(async () => filesystemStore({ root: await makeRoot() }))
})

describe('a folder as a store', () => {
  let root: string
  let store: Store
  beforeEach(async () => {
    root = await makeRoot()
    store = filesystemStore({ root })
    await store.createContainer('autopkgtest-noble', 'public')
  })
  const inside = (...names: string[]) => join(root, 'autopkgtest-noble', ...names)

  it('takes files that others put there, and ignores plain files beside the containers', async () => {
    await writeFile(join(root, 'index.json'), '{}')
    await mkdir(inside('noble/amd64'), { recursive: true })
    await writeFile(inside('noble/amd64/log.gz'), 'x')
    expect(await store.containers()).toEqual(['autopkgtest-noble'])
    expect(await store.access('index.json')).toBe('missing')
    expect(await store.head('autopkgtest-noble', 'noble/amd64/log.gz')).toMatchObject({
      bytes: 1,
      contentEncoding: 'gzip',
    })
  })

  it('reads so many bytes for the MD5s of a listing, gives the true one or none, and goes on with the next', async () => {
    const small = filesystemStore({ root, hashedBytes: 50_000 })
    for (let n = 0; n < 9; n++) await writeFile(inside(`${n}`), Buffer.alloc(10_000, `${n}`))
    await writeFile(inside('large'), Buffer.alloc(60_000))
    // Younger MD5s are not kept, as the file may still change within the same tick of the file clock
    await new Promise(resolve => setTimeout(resolve, 1_100))
    const hashes = async () =>
      ((await small.list('autopkgtest-noble')) as ListedObject[]).map(({ name, hash }) => [name, hash])
    const known: number[] = []
    for (let listing = 0; listing < 4; listing++) {
      const found = await hashes()
      for (const [name, hash] of found)
        if (hash !== '')
          expect(hash).toBe(
            createHash('md5')
              .update((name as string).repeat(10_000))
              .digest('hex'),
          )
      known.push(found.filter(([, hash]) => hash !== '').length)
    }
    expect(known).toEqual([3, 6, 9, 9])
    expect((await small.head('autopkgtest-noble', 'large'))?.etag).toHaveLength(32)
  })

  it('gives the MD5 of the bytes, as swift download compares it, and makes it once', async () => {
    await writeFile(inside('log.gz'), 'one')
    const md5 = createHash('md5').update('one').digest('hex')
    const hashes = async () => {
      const got = await store.get('autopkgtest-noble', 'log.gz')
      got?.body.destroy()
      const [listed] = (await store.list('autopkgtest-noble')) ?? []
      return [
        (await store.head('autopkgtest-noble', 'log.gz'))?.etag,
        got?.etag,
        (listed as ListedObject).hash,
      ]
    }
    expect(await hashes()).toEqual([md5, md5, md5])
    const unhashed = await store.get('autopkgtest-noble', 'log.gz', { hash: false })
    unhashed?.body.destroy()
    expect(unhashed?.etag).toBe('')
    const handle = await open(inside('log.gz'))
    onTestFinished(() => handle.close())
    const stats = await handle.stat({ bigint: true })
    const [kept, other] = [keptMd5(root), keptMd5(root)]
    onTestFinished(() => {
      kept.close()
      other.close()
    })
    await vi.waitFor(async () => {
      await kept.of(handle, stats)
      expect(kept.known(stats)).toBe(md5)
    }, 10_000)
    expect(other.known(stats), 'another process has it without reading').toBe(md5)
    await writeFile(inside('log.gz'), 'two')
    expect(other.known(await handle.stat({ bigint: true }))).toBeUndefined()
    expect((await store.head('autopkgtest-noble', 'log.gz'))?.etag).not.toBe(md5)
  })

  it('reads no file for a listing that wants no hashes', async () => {
    await writeFile(inside('a'), 'a')
    await writeFile(inside('b'), 'b')
    const listed = (await store.list('autopkgtest-noble', { hashes: false })) as ListedObject[]
    expect(listed.map(one => one.hash)).toEqual(['', ''])
  })

  it('gives another etag when a file is changed in its place', async () => {
    await writeFile(inside('x'), 'one')
    const before = await store.head('autopkgtest-noble', 'x')
    await writeFile(inside('x'), 'two')
    await utimes(inside('x'), 1, 1)
    expect((await store.head('autopkgtest-noble', 'x'))?.etag).not.toBe(before?.etag)
  })

  it('does not follow symbolic links out of a container, nor into another one', async () => {
    const outside = await makeRoot()
    await writeFile(join(outside, 'secret'), 'secret')
    await symlink(join(outside, 'secret'), inside('file'))
    await symlink(outside, inside('folder'))
    await symlink(outside, join(root, 'autopkgtest-link'))
    for (const name of ['file', 'folder/secret', 'folder']) {
      expect(await store.get('autopkgtest-noble', name)).toBeUndefined()
      expect(await store.head('autopkgtest-noble', name)).toBeUndefined()
    }
    expect(await store.get('autopkgtest-link', 'secret')).toBeUndefined()
    expect(await store.containers()).toEqual(['autopkgtest-noble'])
    expect(await store.access('autopkgtest-link')).toBe('missing')
    for (const prefix of ['', 'f', 'folder/', 'file']) {
      expect(await store.list('autopkgtest-noble', { prefix })).toEqual([])
    }
    await expect(store.put('autopkgtest-noble', 'folder/new', Buffer.from('x'))).rejects.toThrow(Conflict)
    await store.put('autopkgtest-noble', 'file', Buffer.from('ours'))
    await store.remove('autopkgtest-noble', 'folder/secret')
    expect(await readdir(outside)).toEqual(['secret'])
    expect(execFileSync('cat', [join(outside, 'secret')], { encoding: 'utf8' })).toBe('secret')
  })

  it('may itself be reached by a link', async () => {
    const link = join(await makeRoot(), 'link')
    await symlink(root, link)
    await store.put('autopkgtest-noble', 'x', Buffer.from('x'))
    expect(await filesystemStore({ root: link }).head('autopkgtest-noble', 'x')).toMatchObject({ bytes: 1 })
  })

  it('passes over what is neither file nor folder, and waits for none of it', async () => {
    execFileSync('mkfifo', [inside('pipe')])
    await mkdir(inside('empty/er'), { recursive: true })
    expect(await store.get('autopkgtest-noble', 'pipe')).toBeUndefined()
    expect(await store.get('autopkgtest-noble', 'empty')).toBeUndefined()
    expect(await store.list('autopkgtest-noble')).toEqual([])
    expect(await store.list('autopkgtest-noble', { delimiter: '/' })).toEqual([])
  })

  it('leaves out names that are not UTF-8, which no client could ask for', async () => {
    const bad = Buffer.concat([Buffer.from(`${inside()}/`), Buffer.from([0x62, 0xff])])
    await writeFile(bad, 'x')
    await mkdir(Buffer.concat([bad, Buffer.from('d')]))
    await writeFile(inside('good'), 'x')
    expect((await store.list('autopkgtest-noble'))?.map(nameOf)).toEqual(['good'])
  })

  it('cannot hold an object and others below its name, and says so', async () => {
    await store.put('autopkgtest-noble', 'a', Buffer.from('x'))
    await expect(store.put('autopkgtest-noble', 'a/b', Buffer.from('x'))).rejects.toThrow(Conflict)
    await store.put('autopkgtest-noble', 'c/d', Buffer.from('x'))
    await expect(store.put('autopkgtest-noble', 'c', Buffer.from('x'))).rejects.toThrow(Conflict)
    await expect(store.put('autopkgtest-noble', 'y'.repeat(256), Buffer.from('x'))).rejects.toThrow(BadInput)
    expect(await store.get('autopkgtest-noble', 'y'.repeat(256))).toBeUndefined()
    expect(await readdir(join(root, '.uploads'))).toEqual([])
  })

  it('hides its drafts, and removes those of a writer that was killed a day ago', async () => {
    await mkdir(join(root, '.uploads'))
    await writeFile(join(root, '.uploads/old'), 'half')
    await utimes(join(root, '.uploads/old'), 1, 1)
    await writeFile(join(root, '.uploads/young'), 'half')
    await store.put('autopkgtest-noble', 'x', Buffer.from('x'))
    expect(await readdir(join(root, '.uploads'))).toEqual(['young'])
    expect(await store.containers()).toEqual(['autopkgtest-noble'])
    await expect(store.get('.uploads', 'young')).rejects.toThrow(BadInput)
    await expect(store.createContainer('.uploads', 'private')).rejects.toThrow(BadInput)
  })

  it('makes nothing public but the containers of results', async () => {
    await store.createContainer('db-backups', 'private')
    expect(await store.access('db-backups')).toBe('private')
    await expect(store.createContainer('db-backups', 'public')).rejects.toThrow(BadInput)
    await expect(store.createContainer('autopkgtest-jammy', 'private')).rejects.toThrow(BadInput)
    await writeFile(join(root, 'autopkgtest-file'), '')
    await expect(store.createContainer('autopkgtest-file', 'public')).rejects.toThrow(Conflict)
  })

  it('survives writers and removers of one folder at once', async () => {
    const write = async (name: string) => {
      for (let i = 0; i < 25; i++) {
        await store.put('autopkgtest-noble', name, Buffer.from('x'))
        await store.remove('autopkgtest-noble', name)
      }
    }
    await Promise.all(['deep/er/a', 'deep/er/b', 'deep/c'].map(write))
    expect(await store.list('autopkgtest-noble')).toEqual([])
    expect(await readdir(inside())).toEqual([])
  })

  it('says what is wrong when the folder is away', async () => {
    const away = filesystemStore({ root: join(root, 'away') })
    expect(await away.state()).toEqual({ ok: false, reason: "the store's folder does not exist" })
    await expect(away.get('autopkgtest-noble', 'x')).rejects.toThrow(Unavailable)
    await expect(away.containers()).rejects.toThrow(Unavailable)
    await away.createContainer('autopkgtest-noble', 'public')
    expect(await away.state()).toEqual({ ok: true })
  })

  it('lists a folder of more names than one page holds', async () => {
    const names = Array.from({ length: 10_050 }, (_, i) => `noble/run${i}@`)
    await mkdir(inside('noble'))
    for (const name of names) writeFileSync(inside(name), '')
    const sorted = expectedListing(names, { limit: Number.POSITIVE_INFINITY })
    expect((await store.list('autopkgtest-noble'))?.map(nameOf)).toEqual(sorted.slice(0, 10_000))
    expect(await listAll(store, 'autopkgtest-noble', { limit: 700 })).toEqual(sorted)
    expect((await store.list('autopkgtest-noble', { delimiter: '/' }))?.map(nameOf)).toEqual([
      'noble/ (subdir)',
    ])
    expect((await store.list('autopkgtest-noble', { delimiter: 'n1' }))?.length).toBeGreaterThan(8000)
  })

  it('lists any names by any query as Swift does', async () => {
    const part = fc.string({
      unit: fc.constantFrom('a', 'b', '@', '.', '0', 'é', '\uffee', '\u{1f600}'),
      minLength: 1,
      maxLength: 3,
    })
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
    const bound = fc.oneof(
      name,
      name.map(text => [...text].slice(0, -1).join('')),
      name.map(text => `${text}/`),
    )
    const query = fc.record(
      {
        prefix: bound,
        delimiter: fc.constantFrom('/', '@', 'a', '../', '@/a'),
        marker: bound,
        endMarker: bound,
        limit: fc.integer({ min: 1, max: 5 }),
      },
      { requiredKeys: [] },
    )
    const isDotted = (text: string) => text.split('/').some(each => each === '.' || each === '..')
    let count = 0
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 12 }),
        fc.array(query, { maxLength: 8 }),
        async (all, queries) => {
          const names = all.filter(one => !isDotted(one) && !all.some(other => other.startsWith(`${one}/`)))
          const container = `autopkgtest-${count++}`
          await store.createContainer(container, 'public')
          for (const one of names) await store.put(container, one, Buffer.from('x'))
          for (const asked of queries) {
            expect((await store.list(container, asked))?.map(nameOf)).toEqual(expectedListing(names, asked))
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
