import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publishedFiles } from './files.ts'
import type { Published } from './published.ts'

const sha256Of = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')

describe('published files', () => {
  let folder: string
  let file: string
  let published: Published

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'published-'))
    file = join(folder, 'public', 'autopkgtest.db')
    published = publishedFiles({ file })
  })
  afterEach(() => rm(folder, { recursive: true }))

  const publish = (text: string, by = published) =>
    by.publish(async toFile => {
      await writeFile(toFile, text, { flag: 'wx' })
      return { sha256: sha256Of(text), bytes: text.length }
    })
  const generationFiles = () => readdir(join(folder, 'public', '.autopkgtest.db.generations'))

  it('has nothing before the first generation', async () => {
    expect(await published.current()).toBeUndefined()
    expect(await published.generation(sha256Of('one'))).toBeUndefined()
  })

  it('puts the file and its bare checksum in their places', async () => {
    expect((await publish('one')).isNew).toBe(true)
    expect(await readFile(file, 'utf8')).toBe('one')
    expect(await readFile(`${file}.sha256`, 'utf8')).toBe(sha256Of('one'))
    expect(await published.current()).toMatchObject({ sha256: sha256Of('one'), bytes: 3 })
    expect((await stat(file)).mode & 0o777).toBe(0o644)
  })

  it('keeps the last three generations', async () => {
    for (const text of ['one', 'two', 'three', 'four']) await publish(text)
    expect(await published.generation(sha256Of('one'))).toBeUndefined()
    for (const text of ['two', 'three', 'four']) {
      const generation = await published.generation(sha256Of(text))
      expect(await readFile(generation?.file as string, 'utf8')).toBe(text)
    }
    expect(await generationFiles()).toHaveLength(3)
    expect(await readFile(file, 'utf8')).toBe('four')
  })

  it('takes no room for the current generation twice', async () => {
    const { generation } = await publish('one')
    expect((await stat(generation.file)).ino).toBe((await stat(file)).ino)
  })

  it('leaves everything as it is when the same bytes come again', async () => {
    await publish('zero')
    const first = await publish('one')
    const before = await stat(file)
    const second = await publish('one')
    expect(second).toEqual({ generation: first.generation, isNew: false })
    expect((await stat(file)).mtimeMs).toBe(before.mtimeMs)
    expect(await generationFiles()).toHaveLength(2)
  })

  it('publishes again what was published before the last', async () => {
    for (const text of ['one', 'two', 'one']) await publish(text)
    expect(await readFile(file, 'utf8')).toBe('one')
    expect((await published.current())?.sha256).toBe(sha256Of('one'))
  })

  it('keeps the generation before when writing fails, and leaves no rest', async () => {
    await publish('one')
    const failing = published.publish(async toFile => {
      await writeFile(toFile, 'half')
      throw new Error('no space left')
    })
    await expect(failing).rejects.toThrow('no space left')
    expect(await readFile(file, 'utf8')).toBe('one')
    expect(await generationFiles()).toHaveLength(1)
  })

  it('mends a pair of which a crash replaced one half', async () => {
    await publish('one')
    await publish('two')
    await writeFile(`${file}.sha256`, sha256Of('one'))
    await publish('two')
    expect(await readFile(`${file}.sha256`, 'utf8')).toBe(sha256Of('two'))
    await unlink(file)
    expect(await published.current()).toBeUndefined()
    await publish('two')
    expect(await readFile(file, 'utf8')).toBe('two')
  })

  it('shows a pair that another program published', async () => {
    await mkdir(join(folder, 'public'))
    await writeFile(file, 'foreign')
    await writeFile(`${file}.sha256`, sha256Of('foreign'))
    expect(await published.current()).toMatchObject({ file, sha256: sha256Of('foreign'), bytes: 7 })
    await publish('ours')
    expect(await readFile(file, 'utf8')).toBe('ours')
  })

  it('removes what a killed publisher left long ago, and nothing younger', async () => {
    await publish('one')
    const hidden = join(folder, 'public', '.autopkgtest.db.generations')
    await writeFile(join(hidden, 'left-behind'), 'x')
    await writeFile(join(hidden, 'under-way'), 'x')
    await utimes(join(hidden, 'left-behind'), 1, 1)
    await publish('two')
    expect(await generationFiles()).not.toContain('left-behind')
    expect(await generationFiles()).toContain('under-way')
  })

  it('gives a client that fetches one after the other a pair that matches, while others publish', async () => {
    const other = publishedFiles({ file })
    await publish('0')
    let done = false
    let fetched = 0
    const publishing = (async () => {
      for (let n = 1; n <= 60; n++) {
        await publish(String(n), n % 2 === 0 ? published : other)
        // Clients have minutes, not as long as the next three publications take here
        while (fetched < n) await new Promise(setImmediate)
      }
      done = true
    })()
    while (!done) {
      const taken = await published.current()
      const found = taken && (await other.generation(taken.sha256))
      expect(found, `generation ${taken?.sha256}`).toBeDefined()
      expect(sha256Of(await readFile(found?.file as string))).toBe(taken?.sha256)
      fetched++
    }
    await publishing
  })
})
