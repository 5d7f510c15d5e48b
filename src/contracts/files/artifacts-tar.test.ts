import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { tarHeader } from '../../../test/builders/tar-header.ts'
import { fc } from '../../../test/fuzz.ts'
import { BadInput, Unavailable } from '../../domain/errors.ts'
import { artifactLimits, listArtifacts, openArtifact } from './artifacts-tar.ts'

async function archiveOf(members: Record<string, string | Buffer>): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: '../', type: 'directory' })
  for (const [name, content] of Object.entries(members)) tar.entry({ name }, content)
  tar.finalize()
  return gzipSync(await buffer(tar))
}
const streamOf = (bytes: Buffer) =>
  Readable.from([bytes.subarray(0, 700), bytes.subarray(700)].filter(part => part.length > 0))
const textOf = async (artifact: { body: Readable } | undefined) =>
  artifact && (await buffer(artifact.body)).toString()

describe('artifacts.tar.gz', () => {
  const members = {
    './exitcode': '0\n',
    './smoke-stdout': 'hello\n',
    './artifacts/deep/é b.log': 'x'.repeat(100_000),
  }

  it('is listed, files only', async () => {
    expect(await listArtifacts(streamOf(await archiveOf(members)))).toEqual({
      files: [
        { name: 'exitcode', bytes: 2 },
        { name: 'smoke-stdout', bytes: 6 },
        { name: 'artifacts/deep/é b.log', bytes: 100_000 },
      ],
      fault: undefined,
    })
    expect(await listArtifacts(streamOf(await archiveOf({})))).toEqual({ files: [], fault: undefined })
  })

  it('leaves out names that lead elsewhere', async () => {
    const hostile = {
      '../up': 'x',
      '/etc/passwd': 'x',
      'a/../../b': 'x',
      'a//b': 'x',
      'a\nb': 'x',
      '.': 'x',
      good: 'x',
    }
    expect((await listArtifacts(streamOf(await archiveOf(hostile)))).files).toEqual([
      { name: 'good', bytes: 1 },
    ])
    expect(await openArtifact(streamOf(await archiveOf(hostile)), '../up', 10)).toBeUndefined()
  })

  it('is listed as far as its names may be long, and says so', async () => {
    const long = (n: number) => tarHeader(`${n}${'&'.repeat(90)}`, '0')
    const tar = gzipSync(Buffer.concat(Array.from({ length: 300 }, (_, n) => long(n))))
    const { files, fault } = await listArtifacts(streamOf(tar), { ...artifactLimits, names: 10_000 })
    expect(files.length).toBeLessThan(110)
    expect(fault).toContain('more names than can be listed')
  })

  it('passes over a name that no Linux could open', async () => {
    const named = (length: number): Buffer[] => {
      const name = Buffer.alloc(length, 'n')
      const padding = Buffer.alloc(512 - (length % 512))
      return [tarHeader('x', length.toString(8), 'L'), name, padding, tarHeader('x', '0')]
    }
    const tar = gzipSync(Buffer.concat([...named(4095), ...named(4097), Buffer.alloc(1024)]))
    const { files, fault } = await listArtifacts(streamOf(tar))
    expect(files.map(({ name }) => name.length)).toEqual([4095])
    expect(fault).toBeUndefined()
  })

  it.each([
    ['headers without a member', 'x', '10 path=a\n'],
    ['targets without a member', 'K', 'somewhere\0'],
    ['records without end', 'x', '2 '.repeat(32_000)],
  ])('of %s is left, and says so', async (_, type, content) => {
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
    const header = [tarHeader('x', content.length.toString(8), type), Buffer.from(content), padding]
    const tar = gzipSync(Buffer.concat(Array.from({ length: 100 }, () => header).flat()))
    const { files, fault } = await listArtifacts(streamOf(tar))
    expect(files).toEqual([])
    expect(fault).toMatch(/more headers than its members need|more than 100 records/)
  })

  it('gives the beginning of one file', async () => {
    const archive = await archiveOf(members)
    const file = await openArtifact(streamOf(archive), 'artifacts/deep/é b.log', 3)
    expect(file).toMatchObject({ name: 'artifacts/deep/é b.log', bytes: 100_000 })
    expect(await textOf(file)).toBe('xxx')
    expect(await textOf(await openArtifact(streamOf(archive), 'smoke-stdout', 1_000_000))).toBe('hello\n')
    expect(await textOf(await openArtifact(streamOf(archive), 'smoke-stdout', 0))).toBe('')
    expect(await openArtifact(streamOf(archive), 'nothing', 10)).toBeUndefined()
  })

  it('lets go of its source when a file is read, left or not found', async () => {
    const archive = await archiveOf(members)
    for (const [name, most] of [
      ['exitcode', 100],
      ['artifacts/deep/é b.log', 10],
      ['nothing', 10],
    ] as const) {
      const source = streamOf(archive)
      await textOf(await openArtifact(source, name, most))
      expect(source.destroyed).toBe(true)
    }
    const left = streamOf(archive)
    const file = await openArtifact(left, 'artifacts/deep/é b.log', 100_000)
    file?.body.destroy()
    await expect.poll(() => left.destroyed).toBe(true)
  })

  it('that is cut short gives what it has, and says so', async () => {
    const archive = await archiveOf({ first: 'x', second: randomBytes(50_000) })
    const cut = archive.subarray(0, archive.length - 20_000)
    const { files, fault } = await listArtifacts(streamOf(cut))
    expect(files).toEqual([
      { name: 'first', bytes: 1 },
      { name: 'second', bytes: 50_000 },
    ])
    expect(fault).toBe('artifacts.tar.gz is damaged or cut short')
    expect(await textOf(await openArtifact(streamOf(cut), 'first', 10))).toBe('x')
    await expect(textOf(await openArtifact(streamOf(cut), 'second', 50_000))).rejects.toThrow(BadInput)
  })

  it('without its last bytes, where gzip keeps its sum, is not believed to be whole', async () => {
    const archive = await archiveOf(members)
    const { fault } = await listArtifacts(streamOf(archive.subarray(0, -4)))
    expect(fault).toBe('artifacts.tar.gz is damaged or cut short')
  })

  it('that inflates beyond every measure is left in time', async () => {
    const bomb = await archiveOf({ first: 'x', bomb: Buffer.alloc(64 * 1024 * 1024), last: 'x' })
    expect(bomb.length).toBeLessThan(100_000)
    const { files, fault } = await listArtifacts(streamOf(bomb), {
      ...artifactLimits,
      bytes: 8 * 1024 * 1024,
    })
    expect(files.map(({ name }) => name)).toEqual(['first', 'bomb'])
    expect(fault).toBe('artifacts.tar.gz has more than 8388608 bytes')
  })

  it('of too many files is listed in part', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, '']))
    const { files, fault } = await listArtifacts(streamOf(await archiveOf(many)), {
      ...artifactLimits,
      files: 11,
    })
    expect(files).toHaveLength(10) // and the folder
    expect(fault).toBe('artifacts.tar.gz has more than 11 members')
  })

  it('passes on the error of its source', async () => {
    const archive = await archiveOf(members)
    const failing = () =>
      Readable.from(
        (async function* () {
          yield archive.subarray(0, 20)
          throw new Unavailable('the object store broke off')
        })(),
      )
    await expect(listArtifacts(failing())).rejects.toThrow(Unavailable)
    await expect(openArtifact(failing(), 'exitcode', 10)).rejects.toThrow(Unavailable)
  })

  it('with bytes changed, or of any bytes, gives all files or a fault', async () => {
    const archive = await archiveOf(members)
    const change = fc.record({ at: fc.nat(archive.length - 1), byte: fc.nat(255) })
    const changed = fc.array(change, { maxLength: 4 }).map(changes => {
      const bytes = Buffer.from(archive)
      for (const { at, byte } of changes) bytes[at] = byte
      return bytes
    })
    const noise = fc.uint8Array({ minLength: 1 }).map(bytes => Buffer.from(bytes))
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, noise), async bytes => {
        const { files, fault } = await listArtifacts(streamOf(bytes))
        if (fault === undefined) expect(files).toHaveLength(3)
        await openArtifact(streamOf(bytes), 'smoke-stdout', 100)
          .then(textOf)
          .catch(error => expect(error).toBeInstanceOf(BadInput))
      }),
      { numRuns: 300 },
    )
  })
})
