import { describe, expect, it } from 'vitest'
import { heldMemory } from '../../../test/held-memory.ts'
import { BadInput } from '../../domain/errors.ts'
import { parseSources } from './sources-index.ts'

/** The bytes of a text in chunks of `size`. */
async function* chunks(text: string, size = 65_536): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const stanza = (name: string, version: string) =>
  `Package: ${name}\nBinary: ${name}, lib${name}\nVersion: ${version}\nFiles:\n 0123 10 ${name}.dsc\n Package: no\n\n`

describe('a Sources index', () => {
  it('gives each package with its version, however the bytes are cut', async () => {
    const text = stanza('gzip', '1.12-1') + stanza('libtry-tiny-perl', '0.31-2') + stanza('adduser', '3.1')
    for (const size of [1, 7, 65_536])
      expect(await parseSources(chunks(text, size))).toEqual([
        { package: 'gzip', version: '1.12-1' },
        { package: 'libtry-tiny-perl', version: '0.31-2' },
        { package: 'adduser', version: '3.1' },
      ])
  })

  it('takes the newest of several versions', async () => {
    const text = stanza('linux', '6.9') + stanza('linux', '6.12-1') + stanza('linux', '6.10')
    expect(await parseSources(chunks(text))).toEqual([{ package: 'linux', version: '6.12-1' }])
  })

  it('needs no empty line at the end, and bears carriage returns', async () => {
    const text = 'Package: a1\r\nVersion: 1\r\n\r\npackage: b1\r\nversion: 2'
    expect(await parseSources(chunks(text))).toEqual([
      { package: 'a1', version: '1' },
      { package: 'b1', version: '2' },
    ])
  })

  it('is empty where the file is', async () => {
    expect(await parseSources(chunks(''))).toEqual([])
  })

  it('leaves out what has no name, no version, or hostile ones', async () => {
    const text = `Version: 1\n\nPackage: b1\n\n${stanza('../x', '1')}${stanza('c1', '<b>')}${stanza('ok', '1')}`
    expect(await parseSources(chunks(text))).toEqual([{ package: 'ok', version: '1' }])
  })

  it('refuses what is no index, and what is too much', async () => {
    await expect(parseSources(chunks('<html>Please log in</html>'))).rejects.toThrow(BadInput)
    const limits = { bytes: 1000, packages: 2 }
    await expect(parseSources(chunks('x'.repeat(1001)), limits)).rejects.toThrow('more than 1000 bytes')
    await expect(
      parseSources(chunks(stanza('aa', '1') + stanza('bb', '1') + stanza('cc', '1')), limits),
    ).rejects.toThrow('more than 2 source packages')
  })

  it('keeps little of a line without an end', async () => {
    const endless = (async function* () {
      yield* chunks(stanza('gzip', '1'))
      for (let n = 0; n < 200; n++) yield Buffer.alloc(65_536, 'P')
    })()
    expect(await parseSources(endless)).toEqual([{ package: 'gzip', version: '1' }])
  })

  it('keeps names and versions of an index of many megabytes, and nothing of what stands around them', async () => {
    const filler = `Package-List: ${'y'.repeat(2000)}\n`
    const index = (async function* () {
      let stanzas = ''
      for (let n = 0; n < 20_000; n++) {
        stanzas += `Package: a-long-name-of-a-package-${n}\nVersion: 2:21.1.4-2ubuntu1.${n}\n${filler}\n`
        if (n % 8 > 0) continue
        yield Buffer.from(stanzas)
        stanzas = ''
      }
    })()
    const before = heldMemory()
    const packages = await parseSources(index)
    const kept = heldMemory() - before
    expect(packages.length).toBeGreaterThan(19_990)
    // Out of 42 MB: two texts and the object that holds them take about 200 bytes
    expect(kept / packages.length).toBeLessThan(500)
  })
})
