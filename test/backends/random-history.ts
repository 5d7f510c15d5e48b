import type { Run } from '../../src/domain/run/run.ts'
import { aRun } from '../builders/run.ts'

const CODES = [0, 0, 0, 2, 4, 4, 4, 6, 8, 12, 16, 20, 99, -15]
const SOURCES = ['p0', 'p1', 'p2', 'glibc', 'linux-meta', 'linux-meta-aws']

/** Numbers from 0 to 1, the same for a seed. */
function seeded(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) | 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}

/** Runs of a few tests by a few triggers, so that all combinations occur. */
export function randomHistory(seed: number, length: number): { runs: Run[]; random: () => number } {
  const random = seeded(seed)
  const below = (most: number) => Math.floor(random() * most)
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const trigger = () => {
    if (random() < 0.15) return 'migration-reference/0'
    if (random() < 0.02) return one(['broken', 'a/b/c', '/1'])
    return `${one(SOURCES)}/${1 + below(4)}`
  }
  const runs = Array.from({ length }, () => {
    const exitcode = one(CODES)
    const version = one(['1', '2', '3', '2~rc', 'unknown', ''])
    return aRun()
      .of(`p${below(4)}`, version)
      .on(one(['noble', 'jammy']), one(['amd64', 's390x']))
      .exiting(exitcode)
      .triggeredBy(...Array.from({ length: 1 + below(3) }, trigger))
  })
  return { runs, random }
}

export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map(item => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
