import { describe, expect, it } from 'vitest'
import { tarOf } from '../../test/builders/stored-run.ts'
import { BadInput, Unavailable } from '../domain/errors.ts'
import { readResultTar } from './result-tar.ts'

/** A tar as a worker makes it, and the members that a test wants otherwise. */
const MEMBERS = {
  exitcode: '4\n',
  'testbed-packages': 'adduser\t3.134\napt\t2.6.1\n',
  'testpkg-version': 'gzip 1.12-1',
  duration: '71\n',
  'testinfo.json':
    '{"custom_environment": ["X=1", "ADT_TEST_TRIGGERS=glibc/2.36 gcc-12/12.2"], "nproc": "2"}',
  requester: 'alice\n',
  summary: 'smoke                PASS\n',
}

async function* chunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const read = async (members: Record<string, string | null>) =>
  readResultTar(chunks(await tarOf({ ...MEMBERS, ...members })))

describe('a result.tar', () => {
  it('tells what it has, however the bytes are cut', async () => {
    const tar = await tarOf(MEMBERS)
    for (const size of [7, 512, 65_536])
      expect(await readResultTar(chunks(tar, size))).toEqual({
        exitcode: 4,
        version: '1.12-1',
        duration: 71,
        requester: 'alice',
        triggers: 'glibc/2.36 gcc-12/12.2',
        summary: 'smoke                PASS\n',
        testbedPackages: 'adduser\t3.134\napt\t2.6.1\n',
      })
  })

  it('needs nothing but an exit code', async () => {
    expect(await readResultTar(chunks(await tarOf({ exitcode: '-15' })))).toEqual({ exitcode: -15 })
  })

  it.each([null, '', 'four', '4 4', '1e3', '99999999999'])(
    'is broken with the exit code %j',
    async exitcode => {
      await expect(read({ exitcode })).rejects.toThrow(BadInput)
    },
  )

  it('bears members that are damaged', async () => {
    const odd = { 'testpkg-version': 'gzip', duration: 'long', requester: ' \n', summary: '' }
    expect(await read(odd)).toMatchObject({
      version: undefined,
      duration: undefined,
      requester: undefined,
      summary: '',
    })
    for (const testinfo of [
      '',
      '{}',
      '[]',
      'null',
      '{"custom_environment": "x"}',
      '{"custom_environment": ["X=1"]}',
    ])
      expect(await read({ 'testinfo.json': testinfo })).toMatchObject({ exitcode: 4, triggers: undefined })
  })

  it('passes over members that it does not know, and hostile names', async () => {
    const more = { '../../etc/passwd': 'x', '/abs': 'x', artifacts: 'x'.repeat(100_000), 'a/exitcode': '99' }
    expect(await read(more)).toMatchObject({ exitcode: 4 })
  })

  it('is broken if it is cut anywhere before its end', async () => {
    const tar = await tarOf(MEMBERS)
    for (const length of [0, 100, 512, 513, 1500, 4000])
      await expect(readResultTar(chunks(tar.subarray(0, length))), `${length} bytes`).rejects.toThrow(
        BadInput,
      )
  })

  it('is broken if it is none', async () => {
    await expect(readResultTar(chunks(Buffer.alloc(5000, 'noise')))).rejects.toThrow(BadInput)
    await expect(readResultTar(chunks(Buffer.from('<html>')))).rejects.toThrow(BadInput)
    await expect(readResultTar(chunks(Buffer.alloc(10_240)))).rejects.toThrow('no exit code')
  })

  it('is broken if a member is larger than any real one, before all of it is read', async () => {
    const endless = (async function* () {
      yield* chunks((await tarOf({ exitcode: '0', summary: 'x'.repeat(20_000_000) })).subarray(0, 10_000_000))
      throw new Error('read on')
    })()
    await expect(readResultTar(endless)).rejects.toThrow('summary in result.tar has more than')
  })

  it('is broken if it goes on without end', async () => {
    const endless = (async function* () {
      yield (await tarOf(MEMBERS)).subarray(0, -1024)
      for (;;) yield tarOf({ more: 'x'.repeat(1_000_000) }).then(tar => tar.subarray(0, -1024))
    })()
    await expect(readResultTar(endless)).rejects.toThrow('result.tar has more than')
  })

  it('passes on the error of whoever gives the bytes', async () => {
    const failing = (async function* () {
      yield (await tarOf(MEMBERS)).subarray(0, 3000)
      throw new Unavailable('connection reset')
    })()
    await expect(readResultTar(failing)).rejects.toThrow(Unavailable)
  })
})
