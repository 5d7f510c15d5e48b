import { describe, expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { QueuedTest, SteadinessFilter } from '../../src/backends/derived/steadiness.ts'
import { NO_STEADINESS, steadinessOf } from '../../src/domain/run/steadiness.ts'
import type { TestKey } from '../../src/domain/test/test.ts'
import { indexSteadiness } from '../../src/operations/index/index-steadiness.ts'
import { resultsWith } from '../builders/databases.ts'
import { aRun, type RunBuilder } from '../builders/run.ts'
import type { OpenedDerived } from './derived.contract.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 5, 1)
const at = (hours: number) => aRun().endedAt(new Date(START + hours * HOUR).toISOString())
const NOTHING_TOLD = { steadiness: NO_STEADINESS, transitions: [] }
const testOf = ({ release, arch, package: name }: TestKey): TestKey => ({ release, arch, package: name })

/** Numbers that look random, the same each time. */
function drawn(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
}

function randomRuns(seed: number, count: number): RunBuilder[] {
  const next = drawn(seed)
  const one = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  return Array.from({ length: count }, () =>
    at(Math.floor(next() * 24 * 60))
      .of(one(['hello', 'gzip']))
      .on(one(['noble', 'jammy']), one(['amd64', 's390x']))
      .triggeredBy(one(['a/1', 'b/1', 'migration-reference/0']))
      .exiting(one([0, 0, 4, 4, 8, 16, 20])),
  )
}

/** The contract of every engine for how steady tests are. */
export function describeSteadiness(engine: string, open: () => Promise<OpenedDerived>): void {
  const openDerived = async (): Promise<Derived> => {
    const { derived } = await open()
    onTestFinished(() => derived.close())
    return derived
  }
  const openWith = async (...runs: RunBuilder[]) => {
    const [derived, results] = [await openDerived(), await resultsWith(...runs)]
    const index = async () => {
      while (await indexSteadiness({ results, derived }));
    }
    await index()
    return { derived, results, index }
  }
  const listed = async (derived: Derived, filter: SteadinessFilter) =>
    (await derived.steadiness.list(filter, { limit: 10, offset: 0 })).map(one => one.package)

  describe(`derived on ${engine}: how steady tests are`, () => {
    it('is what the rows say, in whatever order they come and go', async () => {
      for (const seed of [1, 2, 3]) {
        const runs = randomRuns(seed, 120)
        const tests = [...new Map(runs.map(run => [JSON.stringify(testOf(run)), testOf(run)])).values()]
        const { derived, results, index } = await openWith(...runs.slice(0, 40))
        let there = runs.slice(0, 40)
        const check = async () => {
          const ofTest = (test: TestKey) =>
            there.filter(run => JSON.stringify(testOf(run)) === JSON.stringify(test))
          const expected = tests.map(test => {
            const own = ofTest(test)
            return own.length === 0 ? undefined : steadinessOf(own)
          })
          expect(await derived.steadiness.of(tests)).toEqual(expected)
          for (const release of ['noble', 'jammy']) {
            const here = tests.flatMap((test, place) =>
              test.release === release && test.arch === 's390x' ? [expected[place] ?? NO_STEADINESS] : [],
            )
            const sum = (of: 'retries' | 'rescued') => here.reduce((all, one) => all + one[of], 0)
            expect(await derived.steadiness.sumOf({ release, arch: 's390x' })).toEqual({
              retries: sum('retries'),
              rescued: sum('rescued'),
            })
          }
        }
        await check()
        for (const [from, to] of [
          [80, 120],
          [40, 80],
        ] as const) {
          await results.record(runs.slice(from, to))
          there = [...there, ...runs.slice(from, to)]
          await index()
          await check()
        }
        const gone = there.filter((_, place) => place % 3 === 0)
        await results.remove(gone)
        await derived.remove(gone)
        there = there.filter(run => !gone.includes(run))
        await index()
        await check()
        await results.remove(there)
        await derived.remove(there)
        there = []
        await index()
        await check()
      }
    })

    it('has the tests with proven flakes, newest or most first, and those whose retries took longest', async () => {
      const flaky = (name: string, start: number, times: number, duration: number) =>
        Array.from({ length: times + 1 }, (_, n) =>
          at(start + n)
            .of(name)
            .exiting(n % 2 === 0 ? 4 : 0)
            .lasting(duration),
        )
      const { derived } = await openWith(
        ...flaky('twice', 0, 2, 10),
        ...flaky('newest', 90, 1, 20),
        ...flaky('slow', 30, 1, 3000).map(run => run.on('jammy', 's390x')),
        at(0).of('steady'),
        at(1).of('steady'),
      )
      expect(await listed(derived, { order: 'newest' })).toEqual(['newest', 'slow', 'twice'])
      expect(await listed(derived, { order: 'flakes' })).toEqual(['twice', 'newest', 'slow'])
      expect(await listed(derived, { order: 'time' })).toEqual(['slow', 'newest', 'twice'])
      expect(await listed(derived, { order: 'newest', release: 'jammy' })).toEqual(['slow'])
      expect(await listed(derived, { order: 'newest', packages: ['slow', 'twice'] })).toEqual([
        'slow',
        'twice',
      ])
      expect(await listed(derived, { order: 'time', packages: [] })).toEqual([])
      expect(await listed(derived, { order: 'newest', arch: 'amd64', release: 'noble' })).toEqual([
        'newest',
        'twice',
      ])
      expect(await derived.steadiness.list({ order: 'time' }, { limit: 1, offset: 1 })).toHaveLength(1)
      expect(await derived.steadiness.list({ order: 'time' }, { limit: 1, offset: 2 ** 60 })).toEqual([])
    })

    it('a test that was queued again while it was counted is counted again', async () => {
      const { derived } = await openWith(at(0))
      await derived.steadiness.queue([testOf(at(0))])
      const [first] = await derived.steadiness.queued(5)
      await derived.steadiness.queue([testOf(at(0))])
      await derived.steadiness.save([{ test: first as QueuedTest, counted: NOTHING_TOLD }], new Date())
      expect(await derived.steadiness.waiting()).toBe(1)
      const [second] = await derived.steadiness.queued(5)
      await derived.steadiness.save([{ test: second as QueuedTest, counted: NOTHING_TOLD }], new Date())
      expect(await derived.steadiness.waiting()).toBe(0)
    })

    it('drops all when it is told of another database', async () => {
      const { derived } = await openWith(at(0).failing(), at(1))
      expect(await listed(derived, { order: 'newest' })).toEqual(['hello'])
      await derived.steadiness.follow('another', 'p1', [])
      expect(await listed(derived, { order: 'newest' })).toEqual([])
      expect(await derived.steadiness.of([testOf(at(0))])).toEqual([undefined])
      expect(await derived.steadiness.sumOf(at(0))).toEqual({ retries: 0, rescued: 0 })
      expect(await derived.steadiness.position('another')).toBe('p1')
    })

    it('follows anew what was followed by other rules', async () => {
      const opened = await open()
      onTestFinished(() => opened.derived.close())
      const results = await resultsWith(at(0).failing(), at(1))
      const deps = { results, derived: opened.derived }
      while (await indexSteadiness(deps));
      await opened.run(`UPDATE ${opened.prefix}steadiness_progress SET rules = 77`)
      await opened.run(`UPDATE ${opened.prefix}steadiness SET retries = 99`)
      while (await indexSteadiness(deps));
      expect(await opened.derived.steadiness.of([testOf(at(0))])).toMatchObject([{ retries: 1, rescued: 1 }])
    })
  })
}
