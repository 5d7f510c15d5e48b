import { describe, expect, it } from 'vitest'
import { tarOf } from '../../../test/builders/stored-run.ts'
import { fc } from '../../../test/fuzz.ts'
import { BadInput, isFailure, Unavailable } from '../../domain/errors.ts'
import { readResultTar, TESTBED_BYTES } from './result-tar.ts'

/** The members of a tar as a worker makes it, which a test can override. */
const MEMBERS = {
  exitcode: '4\n',
  'testbed-packages': 'adduser\t3.134\napt\t2.6.1\n',
  'testpkg-version': 'gzip 1.12-1',
  duration: '71\n',
  'testinfo.json':
    '{"custom_environment": ["X=1", "ADT_TEST_TRIGGERS=glibc/2.36 gcc-12/12.2", "X=a=b"], "nproc": "2"}',
  requester: 'alice\n',
  summary: 'smoke                PASS\n',
}

async function* chunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const read = async (members: Record<string, string | null>) =>
  readResultTar(chunks(await tarOf({ ...MEMBERS, ...members })))
/** A tar with the members of several, so that some are in it twice. */
const joined = async (...members: Record<string, string>[]) => {
  const tars = await Promise.all(members.map(tarOf))
  return Buffer.concat([...tars.map(tar => tar.subarray(0, -1024)), Buffer.alloc(1024)])
}

describe('a result.tar', () => {
  it('tells what it has, however the bytes are cut', async () => {
    const tar = await tarOf(MEMBERS)
    for (const size of [7, 512, 65_536]) {
      expect(await readResultTar(chunks(tar, size))).toEqual({
        exitcode: 4,
        version: '1.12-1',
        duration: 71,
        requester: 'alice',
        triggers: 'glibc/2.36 gcc-12/12.2',
        environment: new Map([
          ['X', 'a=b'],
          ['ADT_TEST_TRIGGERS', 'glibc/2.36 gcc-12/12.2'],
        ]),
        testinfo: JSON.parse(MEMBERS['testinfo.json']),
        summary: 'smoke                PASS\n',
        testbedPackages: 'adduser\t3.134\napt\t2.6.1\n',
        isTestbedCut: false,
        faults: [],
      })
    }
  })

  it('needs nothing but an exit code', async () => {
    expect(await readResultTar(chunks(await tarOf({ './exitcode': '-15' })))).toEqual({
      exitcode: -15,
      environment: new Map(),
      isTestbedCut: false,
      faults: [],
    })
  })

  it.each([
    [TESTBED_BYTES, false],
    [TESTBED_BYTES + 1, true],
    [3 * TESTBED_BYTES, true],
  ])('has of the packages of the testbed what a page can show: of %d bytes', async (bytes, isCut) => {
    const tar = await tarOf({ exitcode: '0', 'testbed-packages': 'x'.repeat(bytes), duration: '7' })
    const { testbedPackages, isTestbedCut, duration } = await readResultTar(chunks(tar))
    expect([testbedPackages?.length, isTestbedCut, duration]).toEqual([TESTBED_BYTES, isCut, 7])
  })

  it.each([null, '', 'four', '4 4', '1e3', '99999999999'])(
    'is broken with the exit code %j',
    async exitcode => {
      await expect(read({ exitcode })).rejects.toThrow(BadInput)
    },
  )

  it.each(['9'.repeat(99), `-${'9'.repeat(99)}`, '1e9', 'Infinity', 'NaN', '0x10', '1000000000'])(
    'has no duration of %j, which no run takes and no database holds',
    async duration => {
      expect(await read({ duration })).toMatchObject({
        duration: undefined,
        faults: ['duration cannot be understood'],
      })
    },
  )

  it('counts a duration below zero as none: the clock of the worker was set back', async () => {
    expect(await read({ duration: '-3\n' })).toMatchObject({ duration: 0, faults: [] })
  })

  it('bears members that are damaged, and says so', async () => {
    const odd = { 'testpkg-version': 'gzip', duration: 'long', requester: 'a\nb', summary: '' }
    expect(await read(odd)).toMatchObject({
      version: undefined,
      duration: undefined,
      requester: undefined,
      summary: '',
      faults: [
        'testpkg-version cannot be understood',
        'duration cannot be understood',
        'requester cannot be understood',
      ],
    })
    expect(await read({ requester: ' \n' })).toMatchObject({ requester: undefined, faults: [] })
    expect(await read({ summary: 'a\xffb\0\x1b[1m' })).toMatchObject({ faults: [] })
  })

  it.each(['', '[]', 'null', '"x"', '{"custom_environment": [', '[ and so on'])(
    'bears a testinfo.json of %j, and says so',
    async testinfo => {
      const text = testinfo.replace(' and so on', '['.repeat(100_000))
      expect(await read({ 'testinfo.json': text })).toMatchObject({
        exitcode: 4,
        triggers: undefined,
        testinfo: undefined,
        faults: ['testinfo.json cannot be understood'],
      })
    },
  )

  it.each(['{}', '{"custom_environment": "x"}', '{"custom_environment": ["X=1", 3, null, "=", "Y"]}'])(
    'has no triggers if testinfo.json is %s',
    async testinfo => {
      expect(await read({ 'testinfo.json': testinfo })).toMatchObject({ triggers: undefined, faults: [] })
    },
  )

  it('cannot smuggle in properties by the names of its variables', async () => {
    const testinfo = '{"custom_environment": ["__proto__=x", "constructor=y"], "__proto__": {"polluted": 1}}'
    const result = await read({ 'testinfo.json': testinfo })
    expect([...result.environment.keys()]).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('passes over members that it does not know, and hostile names', async () => {
    const more = { '../../etc/passwd': 'x', '/abs': 'x', artifacts: 'x'.repeat(100_000), 'a/exitcode': '99' }
    expect(await read(more)).toMatchObject({ exitcode: 4, faults: [] })
  })

  it('has the last of two members of one name, as when tar unpacks it', async () => {
    const tar = await joined({ exitcode: '0\n', duration: '1' }, { exitcode: '4\n' })
    expect(await readResultTar(chunks(tar))).toMatchObject({
      exitcode: 4,
      duration: 1,
      faults: ['exitcode is there twice'],
    })
  })

  it('is broken if it is cut anywhere before its end', async () => {
    const tar = await tarOf(MEMBERS)
    for (const length of [0, 100, 512, 513, 1500, 4000, tar.length - 1024]) {
      const cut = readResultTar(chunks(tar.subarray(0, length)))
      await expect(cut, `${length} bytes`).rejects.toThrow('result.tar is cut short')
    }
  })

  it('is broken if it is none', async () => {
    await expect(readResultTar(chunks(Buffer.alloc(5000, 'noise')))).rejects.toThrow('is no tar')
    await expect(readResultTar(chunks(Buffer.from('<html>')))).rejects.toThrow(BadInput)
    await expect(readResultTar(chunks(Buffer.alloc(10_240)))).rejects.toThrow('no exit code')
  })

  it('loses a member that is larger than any real one, and nothing else', async () => {
    expect(await read({ summary: 'x'.repeat(5_000_000) })).toMatchObject({
      exitcode: 4,
      summary: undefined,
      triggers: 'glibc/2.36 gcc-12/12.2',
      faults: ['summary has 5000000 bytes'],
    })
  })

  it('is broken if it goes on without end', async () => {
    const endless = (async function* () {
      yield (await tarOf(MEMBERS)).subarray(0, -1024)
      for (;;) yield tarOf({ more: 'x'.repeat(1_000_000) }).then(tar => tar.subarray(0, -1024))
    })()
    await expect(readResultTar(endless)).rejects.toThrow('result.tar has more than')
  })

  it('with bytes changed is read or is BadInput, and nothing else', async () => {
    const tar = await tarOf(MEMBERS)
    const change = fc.record({ at: fc.nat(tar.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async changes => {
        const changed = Buffer.from(tar)
        for (const { at, byte } of changes) changed[at] = byte
        await readResultTar(chunks(changed)).catch(error =>
          expect(isFailure(error) && error.kind).toBe('bad-input'),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('passes on the error of whoever gives the bytes', async () => {
    const failing = (async function* () {
      yield (await tarOf(MEMBERS)).subarray(0, 3000)
      throw new Unavailable('connection reset')
    })()
    await expect(readResultTar(failing)).rejects.toThrow(Unavailable)
  })
})
