import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Store } from '../../backends/store/store.ts'
import { readLogHead } from './read-log-head.ts'

const RUN = { release: 'noble', arch: 'amd64', package: 'gzip', runId: '20261122_143829_7f224@' }
const head = (args: string) =>
  `  0s autopkgtest [14:38:11]: version 5.49
  0s autopkgtest [14:38:11]: host worker-1; command line: /usr/bin/autopkgtest ${args}
  1s autopkgtest [14:38:16]: testbed dpkg architecture: amd64
`
/** Text that gzip cannot make much shorter. */
const noise = (bytes: number) => {
  let seed = 1
  return Array.from({ length: bytes }, () => {
    seed = (seed * 48271) % 2147483647
    return String.fromCharCode(48 + (seed % 64))
  }).join('')
}

describe('reading the head of a log', () => {
  let root: string
  let store: Store
  let asked: { first: number; last?: number }[]

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'log-head-'))
    store = filesystemStore({ root })
    await store.createContainer('autopkgtest-noble', 'public')
    asked = []
  })
  afterEach(() => rm(root, { recursive: true }))

  const put = (bytes: Uint8Array) =>
    store.put('autopkgtest-noble', 'noble/amd64/g/gzip/20261122_143829_7f224@/log.gz', bytes)
  const read = () => {
    const counting: Pick<Store, 'get'> = {
      get(container, name, options) {
        if (options?.range !== undefined) asked.push(options.range)
        return store.get(container, name, options)
      },
    }
    return readLogHead(counting, 'autopkgtest-noble', RUN, new AbortController().signal)
  }

  it('takes one short range of a long log', async () => {
    await put(gzipSync(head('--env=ADT_TEST_TRIGGERS=a/1 gzip -- null') + noise(200_000)))
    expect(await read()).toEqual({ triggers: 'a/1', env: '' })
    expect(asked).toEqual([{ first: 0, last: 8191 }])
  })

  it('takes a longer range where the command line is long', async () => {
    const long = head(`--setup-commands '${noise(50_000)}' --testname=x -- null`)
    await put(gzipSync(long + noise(500_000)))
    expect(await read()).toMatchObject({ env: 'testname=x' })
    expect(asked).toHaveLength(2)
  })

  it('gives up on a log without a command line after two ranges', async () => {
    await put(gzipSync(noise(1_000_000)))
    expect(await read()).toBeUndefined()
    expect(asked).toHaveLength(2)
  })

  it('reads a log that was cut in the middle', async () => {
    await put(gzipSync(head('--testname=x -- null') + noise(3000)).subarray(0, 1500))
    expect(await read()).toMatchObject({ env: 'testname=x' })
  })

  it('reads a log that is not packed', async () => {
    await put(Buffer.from(head('--testname=x -- null')))
    expect(await read()).toMatchObject({ env: 'testname=x' })
  })

  it('reads no more of a log packed beyond reason than its head needs', async () => {
    await put(gzipSync(head('--testname=x -- null') + '\0'.repeat(50_000_000)))
    expect(await read()).toMatchObject({ env: 'testname=x' })
    await put(gzipSync('\0'.repeat(60_000_000)))
    expect(await read()).toBeUndefined()
  })

  it.each([
    ['empty', Buffer.alloc(0)],
    ['no gzip data', Buffer.from('hello')],
    ['damaged', Buffer.concat([gzipSync('x').subarray(0, 12), Buffer.alloc(20, 255)])],
  ])('tells nothing of a log that is %s', async (_, bytes) => {
    await put(bytes)
    expect(await read()).toBeUndefined()
  })

  it('tells nothing where there is no log', async () => {
    expect(await read()).toBeUndefined()
  })
})
