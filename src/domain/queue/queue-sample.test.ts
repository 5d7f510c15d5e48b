import { describe, expect, it } from 'vitest'
import {
  mergeSamples,
  type QueueSample,
  waitBin,
  waitingBy,
  waitingOf,
  waitPercentile,
} from './queue-sample.ts'

const key = (context: 'ubuntu' | 'ppa', release: string, arch: string, size: number) => ({
  context,
  release,
  arch,
  size,
})
const ARCHES = ['amd64', 'arm64']

describe('samples of queues', () => {
  const waiting = waitingOf(
    [key('ubuntu', 'noble', 'amd64', 3), key('ubuntu', 'noble', 'arm64', 0), key('ppa', 'jammy', 'amd64', 5)],
    ARCHES,
  )

  it('keep a queue that could not be read apart from an empty one', () => {
    expect(waiting).toEqual({ ubuntu: { noble: [3, 0] }, ppa: { jammy: [5, null] } })
  })

  it('add up by context, release or arch', () => {
    const by = (part: 'context' | 'release' | 'arch') =>
      Object.fromEntries(waitingBy({ arches: ARCHES, waiting }, part) ?? [])
    expect(by('context')).toEqual({ ubuntu: 3, ppa: 5 })
    expect(by('release')).toEqual({ noble: 3, jammy: 5 })
    expect(by('arch')).toEqual({ amd64: 8, arm64: 0 })
    expect(waitingBy({ arches: ARCHES }, 'arch')).toBeUndefined()
  })

  it('are thinned to averages of what was known, and sums of what happened', () => {
    const samples: QueueSample[] = [
      { arches: ARCHES, waiting, running: { amd64: 4 }, ended: { amd64: [2, 1] }, waits: { 3: 1 } },
      { arches: ['amd64'], waiting: { ubuntu: { noble: [5] } }, running: { amd64: 2, arm64: 2 } },
      { arches: ['amd64'], ended: { amd64: [1, 1], arm64: [1, 0] }, waits: { 3: 2, 9: 1 } },
    ]
    expect(mergeSamples(samples)).toEqual({
      arches: ARCHES,
      waiting: { ubuntu: { noble: [4, 0] }, ppa: { jammy: [5, null] } },
      running: { amd64: 3, arm64: 1 },
      ended: { amd64: [3, 2], arm64: [1, 0] },
      waits: { 3: 3, 9: 1 },
    })
    expect(mergeSamples([{ arches: [] }])).toEqual({ arches: [] })
  })

  it('take at most 2 KB a minute for four releases and seven arches', () => {
    const arches = ['amd64', 'arm64', 'armhf', 'i386', 'ppc64el', 'riscv64', 's390x']
    const queues = (['ubuntu', 'huge', 'ppa', 'upstream'] as const).flatMap(context =>
      ['jammy', 'noble', 'questing', 'resolute'].flatMap(release =>
        arches.map(arch => ({ context, release, arch, size: 12_345 })),
      ),
    )
    const sample: QueueSample = {
      ...{ arches, waiting: waitingOf(queues, arches) },
      running: Object.fromEntries(arches.map(arch => [arch, 1234])),
      ended: Object.fromEntries(arches.map(arch => [arch, [1234, 1234] as const])),
      waits: Object.fromEntries(Array.from({ length: 30 }, (_, bin) => [bin, 99])),
    }
    expect(JSON.stringify(sample).length).toBeLessThan(2048)
  })
})

describe('times of waiting', () => {
  it('fall into bins that tell percentiles to an eighth', () => {
    const waits: Record<string, number> = {}
    for (let n = 1; n <= 1000; n++) waits[waitBin(n * 10)] = (waits[waitBin(n * 10)] ?? 0) + 1
    for (const p of [0.1, 0.5, 0.9]) {
      expect(Math.abs((waitPercentile(waits, p) ?? 0) / (10_000 * p) - 1)).toBeLessThan(0.125)
    }
    expect(waitPercentile({}, 0.5)).toBeUndefined()
    expect([waitBin(0), waitBin(-5), waitBin(Number.NaN), waitBin(1e12)]).toEqual([0, 0, 0, 52])
  })
})
