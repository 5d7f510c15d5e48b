import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { afterAll, describe, expect, it } from 'vitest'
import { fc } from '../../../test/fuzz.ts'
import { BadInput, isFailure } from '../../domain/errors.ts'
import { readTar, type TarLimits } from './tar.ts'

const limits: TarLimits = { what: 'the tar', bytes: 50_000_000, members: 1000 }

async function* cut(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function readAll(bytes: Uint8Array, size?: number, within = limits) {
  const found: { name: string; isFile: boolean; content: string }[] = []
  for await (const member of readTar(cut(bytes, size), within)) {
    found.push({
      name: member.name,
      isFile: member.isFile,
      content: (await buffer(member.read())).toString(),
    })
  }
  return found
}
/** A tar that is made by an independent package. */
async function tarOf(...members: { readonly name: string; readonly content?: string }[]): Promise<Buffer> {
  const tar = pack()
  for (const { name, content } of members) tar.entry({ name }, content ?? '')
  tar.finalize()
  return buffer(tar)
}
/** Changes bytes of the first header and corrects its checksum. */
function patch(tar: Buffer, at: number, text: string): Buffer {
  const patched = Buffer.from(tar)
  patched.write(text, at, 'latin1')
  patched.write('        ', 148, 'latin1')
  const sum = patched.subarray(0, 512).reduce((all, byte) => all + byte, 0)
  patched.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return patched
}

describe('a tar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tar-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(['v7', 'oldgnu', 'gnu', 'ustar', 'pax'])('of GNU tar in its format %s is read', async format => {
    const long = `${'d'.repeat(format === 'v7' ? 40 : 90)}/${'f'.repeat(50)}`
    execFileSync('mkdir', ['-p', join(folder, long, '..')])
    writeFileSync(join(folder, 'exitcode'), '0\n')
    writeFileSync(join(folder, 'empty'), '')
    writeFileSync(join(folder, long), 'x'.repeat(10_000))
    rmSync(join(folder, 'link'), { force: true })
    symlinkSync('/etc/passwd', join(folder, 'link'))
    const names = ['exitcode', 'empty', './link', `./${long}`, 'exitcode']
    const tar = execFileSync('tar', [
      '-C',
      folder,
      '--hard-dereference',
      `--format=${format}`,
      '-c',
      ...names,
    ])
    for (const size of [7, 511, 65_536]) {
      expect(await readAll(tar, size)).toEqual([
        { name: 'exitcode', isFile: true, content: '0\n' },
        { name: 'empty', isFile: true, content: '' },
        { name: 'link', isFile: false, content: '' },
        { name: long, isFile: true, content: 'x'.repeat(10_000) },
        { name: 'exitcode', isFile: true, content: '0\n' },
      ])
    }
  })

  it('gives the same members as it was made of, whatever is read of them', async () => {
    const member = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1 }),
      content: fc.string(),
      read: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(member), fc.integer({ min: 1, max: 2000 }), async (all, size) => {
        const members = all.filter(({ name }) => !/[\0\\]|^\.?\/|\/$|\n/.test(name))
        const tar = await tarOf(...members)
        const found: { name: string; content: string | undefined }[] = []
        for await (const got of readTar(cut(tar, size), limits)) {
          const content = members[found.length]?.read ? (await buffer(got.read())).toString() : undefined
          found.push({ name: got.name, content })
        }
        expect(found).toEqual(
          members.map(({ name, content, read }) => ({ name, content: read ? content : undefined })),
        )
      }),
    )
  })

  it('that is cut anywhere before its end is cut short', async () => {
    const tar = await tarOf({ name: 'a', content: 'x'.repeat(600) }, { name: 'é'.repeat(80), content: 'y' })
    const whole = await readAll(tar)
    expect(whole).toHaveLength(2)
    const last = tar.length - 1024
    for (const length of [0, 1, 511, 512, 513, 1111, 1536, last - 1, last, last + 511]) {
      await expect(readAll(tar.subarray(0, length)), `${length}`).rejects.toThrow('the tar is cut short')
    }
    expect(await readAll(tar.subarray(0, last + 512))).toEqual(whole)
  })

  it('with bytes changed gives members or BadInput, and nothing else', async () => {
    const tar = await tarOf({ name: 'a', content: 'x'.repeat(600) }, { name: 'é'.repeat(80), content: 'y' })
    const change = fc.record({ at: fc.nat(tar.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async changes => {
        const changed = Buffer.from(tar)
        for (const { at, byte } of changes) changed[at] = byte
        await readAll(changed).catch(error => expect(isFailure(error) && error.kind).toBe('bad-input'))
      }),
      { numRuns: 500 },
    )
  })

  it('of any bytes at all gives BadInput', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3000 }), async bytes => {
        fc.pre(bytes.subarray(0, 512).some(byte => byte !== 0))
        await expect(readAll(bytes)).rejects.toThrow(BadInput)
      }),
    )
  })

  it('may give a size in base 256, but no impossible one', async () => {
    const tar = await tarOf({ name: 'a', content: 'hello' })
    const base256 = `${'\x80'.padEnd(11, '\0')}\x05`
    expect(await readAll(patch(tar, 124, base256))).toMatchObject([{ content: 'hello' }])
    for (const size of [
      '\x80'.padEnd(12, '\xff'),
      '\xff'.padEnd(12, '\xff'),
      '-0000000001 ',
      '9'.repeat(11),
    ]) {
      await expect(readAll(patch(tar, 124, size))).rejects.toThrow('is damaged')
    }
    await expect(readAll(patch(tar, 124, '77777777777\0'))).rejects.toThrow('cut short')
  })

  it('with a header of any length is not held in memory', async () => {
    const tar = await tarOf({ name: 'a', content: 'hello' })
    for (const type of 'LKxg') {
      const huge = patch(patch(tar, 156, type), 124, '00077777777\0')
      await expect(readAll(huge)).rejects.toThrow('has a header of 16777215 bytes')
    }
  })

  it('has no more headers than its members need: in a row, all told, and in records', async () => {
    const header = async (type: string, content: string) =>
      patch(await tarOf({ name: 'p', content }), 156, type).subarray(0, -1024)
    const member = await tarOf({ name: 'a' })
    const inRow = await Promise.all(Array.from({ length: 9 }, () => header('K', 'somewhere')))
    expect(await readAll(Buffer.concat([...inRow.slice(1), member]))).toHaveLength(1)
    const tooMany = 'has more headers than its members need'
    await expect(readAll(Buffer.concat([...inRow, member]))).rejects.toThrow(tooMany)

    const large = [await header('K', 'x'.repeat(60_000)), member.subarray(0, -1024)]
    const times = (count: number) =>
      readAll(Buffer.concat([...Array.from({ length: count }, () => large).flat(), Buffer.alloc(1024)]))
    expect(await times(139)).toHaveLength(139)
    await expect(times(140)).rejects.toThrow(tooMany)

    const records = async (count: number) =>
      readAll(Buffer.concat([await header('x', '6 a=b\n'.repeat(count)), member]))
    expect(await records(100)).toHaveLength(1)
    await expect(records(101)).rejects.toThrow('has a header of more than 100 records')
  })

  it('may say nonsense of its members in records', async () => {
    for (const records of [
      '',
      '0 a=b\n',
      '99 path=x\n',
      '9 path=\n9',
      'x',
      '11 size=-5\n',
      '13 size=1e3\n\n',
    ]) {
      const extended = patch(await tarOf({ name: 'p', content: records }), 156, 'x').subarray(0, -1024)
      const tar = Buffer.concat([extended, await tarOf({ name: 'a', content: 'hello' })])
      expect(await readAll(tar), JSON.stringify(records)).toEqual([
        { name: 'a', isFile: true, content: 'hello' },
      ])
    }
  })

  it('is read no further than the limits', async () => {
    const tar = await tarOf({ name: 'a', content: 'x'.repeat(5000) }, { name: 'b' })
    await expect(readAll(tar, 1000, { ...limits, bytes: 3000 })).rejects.toThrow(
      'the tar has more than 3000 bytes',
    )
    await expect(readAll(tar, 1000, { ...limits, members: 1 })).rejects.toThrow(
      'the tar has more than 1 members',
    )
  })

  it('is let go of wherever reading stops, and its errors are passed on', async () => {
    const tar = await tarOf({ name: 'a', content: 'x'.repeat(5000) }, { name: 'b' })
    let ended = 0
    const source = async function* (fail: boolean) {
      try {
        yield tar.subarray(0, 2000)
        if (fail) throw new RangeError('the source broke')
        yield tar.subarray(2000)
      } finally {
        ended++
      }
    }
    for await (const member of readTar(source(false), limits)) if (member.name === 'a') break
    expect(ended).toBe(1)
    const failing = async () => {
      for await (const _member of readTar(source(true), limits));
    }
    await expect(failing()).rejects.toThrow(RangeError)
    expect(ended).toBe(2)
  })
})
