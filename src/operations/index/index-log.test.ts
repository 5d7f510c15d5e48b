import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import { indexLog } from './index-log.ts'

const RUN = { release: 'noble', arch: 'amd64', package: 'gzip', runId: '20261122_143829_7f224@' }
const LOG = `autopkgtest [14:38:11]: version 5.28
autopkgtest [14:38:23]: test smoke: preparing testbed
autopkgtest [14:38:28]: test smoke: [-----------------------
hello
autopkgtest [14:38:29]: test smoke: -----------------------]
autopkgtest [14:38:29]: test smoke:  - - - - - - - - - - results - - - - - - - - - -
smoke                PASS
autopkgtest [14:38:29]: @@@@@@@@@@@@@@@@@@@@ summary
smoke                PASS
`

async function indexOf(bytes: Uint8Array | undefined, longest?: number) {
  const store = filesystemStore({ root: temporaryFolder() })
  await store.createContainer('autopkgtest-noble', 'public')
  const name = 'noble/amd64/g/gzip/20261122_143829_7f224@/log.gz'
  if (bytes !== undefined) await store.put('autopkgtest-noble', name, bytes)
  return (await indexLog(store, RUN, {}, new AbortController().signal, longest))?.index
}

describe('indexing the log of a run', () => {
  it('finds its sections', async () => {
    const index = await indexOf(gzipSync(LOG))
    expect(index?.sections.map(({ kind, line, result }) => [kind, line, result])).toEqual([
      ['preparation', 1, undefined],
      ['test', 2, 'PASS'],
      ['summary', 8, undefined],
    ])
    expect(index).toMatchObject({ lines: 9, bytes: LOG.length })
  })

  it('goes as far as a log can be read that was cut', async () => {
    const noise = Array.from({ length: 5000 }, (_, n) => `${Math.sin(n)}\n`).join('')
    const packed = gzipSync(LOG + noise)
    const index = await indexOf(packed.subarray(0, packed.length / 2))
    expect(index?.sections).toHaveLength(3)
    expect(index?.bytes).toBeLessThan(LOG.length + noise.length)
  })

  it('has all of a log with something behind it, or another check', async () => {
    const whole = await indexOf(gzipSync(LOG))
    expect(await indexOf(Buffer.concat([gzipSync(LOG), Buffer.from('not gzip')]))).toEqual(whole)
    const packed = gzipSync(LOG)
    packed.fill(0, packed.length - 8)
    expect(await indexOf(packed)).toEqual(whole)
  })

  it('has none where there is no log, or nothing of it can be read', async () => {
    expect(await indexOf(undefined)).toBeUndefined()
    const damaged = Buffer.concat([gzipSync(LOG).subarray(0, 10), Buffer.alloc(20, 255)])
    expect(await indexOf(damaged)).toBeUndefined()
  })

  it('finds the sections of one that is not packed', async () => {
    expect(await indexOf(Buffer.from(LOG))).toEqual(await indexOf(gzipSync(LOG)))
  })

  it('has an index of nothing for an empty log', async () => {
    expect(await indexOf(gzipSync(''))).toMatchObject({ lines: 0, bytes: 0 })
  })

  it('follows a log that is packed beyond reason no further than it must', async () => {
    const index = await indexOf(gzipSync('\0'.repeat(30_000_000)), 1_000_000)
    expect(index?.bytes).toBeGreaterThanOrEqual(1_000_000)
    expect(index?.bytes).toBeLessThan(2_000_000)
  })
})
