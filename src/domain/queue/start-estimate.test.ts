import { describe, expect, it } from 'vitest'
import type { Context, QueueKey } from './queue-name.ts'
import { startRange, turnsUntil } from './start-estimate.ts'

const key = (context: Context, release = 'noble'): QueueKey => ({ context, release, arch: 'armhf' })
const long = (context: Context, size: number, release = 'noble') => ({ ...key(context, release), size })

/** Random numbers that are the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Waiting {
  readonly queue: QueueKey
  start: number | undefined
}

/**
 * A farm: workers that take from queues in turn, requests that keep coming, tests that take minutes to hours;
 * in minutes.
 */
function aFarm(seed: number, { workers, load }: { readonly workers: number; readonly load: number }) {
  const draw = random(seed)
  const keys = (['ubuntu', 'ppa', 'upstream', 'huge'] as const).flatMap(context =>
    ['jammy', 'noble', 'questing'].map(release => key(context, release)),
  )
  const queues = keys.map(queue => ({ queue, requests: [] as Waiting[], share: draw() ** 2 }))
  const shares = queues.reduce((sum, { share }) => sum + share, 0)
  const add = (index: number) => {
    const one = queues[index] as (typeof queues)[0]
    one.requests.push({ queue: one.queue, start: undefined })
  }
  for (const index of queues.keys()) for (let n = Math.floor(draw() ** 3 * 200); n > 0; n--) add(index)
  const busyUntil = Array.from({ length: workers }, () => draw() * 20)
  const turns = [
    queues.filter(one => one.queue.context !== 'huge'),
    queues.filter(one => one.queue.context === 'huge'),
  ]
  const next = [0, 0]
  const began: number[] = []
  const arrived: number[] = []
  const MEAN = 12
  let now = 0

  function take(): Waiting | undefined {
    for (const [kind, turn] of turns.entries()) {
      for (let tried = 0; tried < turn.length; tried++) {
        const at = next[kind] as number
        next[kind] = (at + 1) % turn.length
        const request = turn[at]?.requests.shift()
        if (request !== undefined) return request
      }
    }
    return undefined
  }

  return {
    queues,
    /** Advances by half a minute at a time. */
    run(until: number) {
      for (; now < until; now += 0.5) {
        const rate = ((load * workers) / MEAN) * 0.5
        for (const [index, { share }] of queues.entries()) {
          if (draw() >= (rate * share) / shares) continue
          add(index)
          if (queues[index]?.queue.context !== 'huge') arrived.push(now)
        }
        for (const worker of busyUntil.keys()) {
          if ((busyUntil[worker] as number) > now) continue
          const request = take()
          if (request === undefined) break
          request.start = now
          began.push(now)
          busyUntil[worker] = now - Math.log(1 - draw()) * MEAN
        }
      }
    },
    pace: (minutes: number) => ({
      minutes,
      began: began.filter(at => at > now - minutes).length,
      arrived: arrived.filter(at => at > now - minutes).length,
    }),
    lengths: () => queues.map(({ queue, requests }) => ({ ...queue, size: requests.length })),
  }
}

describe('when a waiting request is likely to begin', () => {
  it('follows from its place and the turns of the other queues of its arch', () => {
    const lengths = [
      long('ubuntu', 10),
      long('ppa', 3),
      long('huge', 50),
      { ...long('ubuntu', 99), arch: 's390x' },
    ]
    expect(turnsUntil(key('ubuntu'), 5, lengths)).toEqual({ least: 8, most: 10 })
    expect(turnsUntil(key('huge'), 5, lengths)).toEqual({ least: 18, most: 18 })
    expect(turnsUntil(key('ppa'), 1, [long('ppa', 3)])).toEqual({ least: 1, most: 1 })
  })

  it('is not known where nothing moves', () => {
    expect(
      startRange(key('ubuntu'), 1, [long('ubuntu', 1)], { began: 2, minutes: 60, arrived: 0 }),
    ).toBeUndefined()
  })

  it('is within the range in eight cases of ten, and the range is no wider than twice the wait', () => {
    let [inside, all] = [0, 0]
    const widths: number[] = []
    for (let seed = 1; seed <= 40; seed++) {
      const farm = aFarm(seed, { workers: 5 + (seed % 20), load: 0.5 + (seed % 7) / 10 })
      farm.run(90)
      const lengths = farm.lengths()
      const asked = farm.queues.flatMap(({ queue, requests }) =>
        requests.map((request, index) => ({
          request,
          range: startRange(queue, index + 1, lengths, farm.pace(60)),
        })),
      )
      farm.run(90 + 48 * 60)
      for (const { request, range } of asked) {
        if (request.start === undefined || range === undefined) continue
        const wait = (request.start - 90) * 60
        all++
        if (range.from <= wait && wait <= range.to) inside++
        if (wait > 0) widths.push((range.to - range.from) / wait)
      }
    }
    expect(all).toBeGreaterThan(5_000)
    expect(inside / all).toBeGreaterThanOrEqual(0.8)
    expect(widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)]).toBeLessThanOrEqual(2)
  }, 600_000)
})
