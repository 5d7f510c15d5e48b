import { describe, expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { KeptTransition, NewsFilter } from '../../src/backends/derived/news.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { runIdTime } from '../../src/domain/run/run-id.ts'
import { splitTriggers } from '../../src/domain/trigger/trigger.ts'
import { indexSteadiness } from '../../src/operations/index/index-steadiness.ts'
import { resultsWith } from '../builders/databases.ts'
import { aRun, type RunBuilder } from '../builders/run.ts'
import type { OpenedDerived } from './derived.contract.ts'
import { randomHistory, shuffled } from './random-history.ts'

const WHEN = Date.UTC(2026, 5, 1)
const at = (minutes: number) => aRun().endedAt(new Date(WHEN + minutes * 60_000).toISOString())
/** From a moment ago, so that it is news when it is counted. */
const justNow = (minutes: number) =>
  aRun().endedAt(new Date(Date.now() - 3_600_000 + minutes * 60_000).toISOString())

const keyOf = ({ package: name, release, arch }: Run): string => `${name}/${release}/${arch}`
const says = ({ exitcode }: Run): string | undefined => {
  if (exitcode === 16 || exitcode === 99) return undefined
  if (exitcode === 8) return 'neutral'
  return exitcode === 0 || exitcode === 2 ? 'pass' : 'failure'
}
const isReference = (run: Run): boolean => splitTriggers(run.triggers).includes('migration-reference/0')

/** According to the rules, without using any of the program: each run is compared with all before it. */
function naiveNews(runs: readonly Run[]): string[] {
  return runs
    .flatMap(run => {
      const earlier = runs
        .filter(one => keyOf(one) === keyOf(run) && one.runId < run.runId && says(one) !== undefined)
        .filter(one => isReference(one) === isReference(run))
        .map(one => one.runId)
        .sort()
      const before = runs.find(one => keyOf(one) === keyOf(run) && one.runId === earlier.at(-1))
      if (says(run) === undefined || before === undefined || says(before) === says(run)) return []
      return [`${keyOf(run)} ${run.runId} ${before.runId} ${says(before)} ${says(run)}`]
    })
    .sort()
}
const written = (one: KeptTransition): string =>
  `${one.package}/${one.release}/${one.arch} ${one.runId} ${one.before} ${one.from} ${one.to}`

/** The contract of every engine for news of tests. */
export function describeNews(engine: string, open: () => Promise<OpenedDerived>): void {
  const openWith = async (...runs: readonly RunBuilder[]) => {
    const { derived } = await open()
    onTestFinished(() => derived.close())
    const results = await resultsWith(...runs)
    const index = async () => {
      while (await indexSteadiness({ results, derived }));
    }
    await index()
    return { derived, results, index }
  }
  const packages = async (derived: Derived, filter: NewsFilter, limit = 100) =>
    (await derived.news.latest(filter, limit)).map(one => one.package)
  const turning = (run: RunBuilder, from: number): RunBuilder[] => {
    const other = (minutes: number) => run.with({ runId: at(minutes).runId })
    return [other(from).passing(), other(from + 1).failing()]
  }

  describe(`derived on ${engine}: what is new of tests`, () => {
    it('is what the runs say, in whatever order they come and go', async () => {
      for (const seed of [1, 2]) {
        const { runs, random } = randomHistory(seed, 400)
        const { derived, results, index } = await openWith()
        const expectAll = async (there: readonly Run[]) => {
          const found = await derived.news.latest({}, 1000)
          expect(found.map(written).sort()).toEqual(naiveNews(there))
          const learned = found.map(one => one.learned)
          expect(learned).toEqual(learned.toSorted((a, b) => b - a))
          for (const source of ['p0', 'linux-meta-aws']) {
            const own = there.filter(run =>
              splitTriggers(run.triggers).some(
                one => one.split('/')[0] === source && /^[^/]+\/[^/]+$/.test(one),
              ),
            )
            const ids = new Set(own.map(run => `${keyOf(run)} ${run.runId}`))
            const expected = naiveNews(there).filter(one => ids.has(one.split(' ').slice(0, 2).join(' ')))
            expect((await derived.news.latest({ source }, 1000)).map(written).sort()).toEqual(expected)
          }
        }
        const mixed = shuffled(runs, random)
        for (let from = 0; from < mixed.length; from += 100) {
          await results.record(mixed.slice(from, from + 100))
          await index()
          await expectAll(mixed.slice(0, from + 100))
        }
        const gone = mixed.filter((_, place) => place % 4 === 0)
        await results.remove(gone)
        await derived.remove(gone)
        await index()
        await expectAll(mixed.filter(run => !gone.includes(run)))
        await results.remove(mixed)
        await derived.remove(mixed)
        await index()
        await expectAll([])
      }
    })

    it('is found by package, test, release, architecture, source of a trigger and requester', async () => {
      const { derived } = await openWith(
        ...turning(aRun().of('one').on('noble', 'amd64').triggeredBy('glibc/2').by('joe'), 0),
        ...turning(aRun().of('two').on('noble', 's390x').triggeredBy('glibc/3', 'dpkg/1'), 10),
        ...turning(aRun().of('three').on('jammy', 's390x').triggeredBy('glibc-doc/2').by('jane'), 20),
      )
      expect(await packages(derived, {})).toEqual(['three', 'two', 'one'])
      expect(await packages(derived, {}, 1)).toEqual(['three'])
      expect(await packages(derived, { packages: ['one', 'three', 'none'] })).toEqual(['three', 'one'])
      expect(await packages(derived, { packages: [] })).toEqual([])
      const many = Array.from({ length: 40_000 }, (_, n) => `p${n}`)
      expect(await packages(derived, { packages: [...many, 'two'] })).toEqual(['two'])
      expect(await packages(derived, { packages: ['two'], release: 'noble', arch: 's390x' })).toEqual(['two'])
      expect(await packages(derived, { release: 'noble' })).toEqual(['two', 'one'])
      expect(await packages(derived, { arch: 's390x' })).toEqual(['three', 'two'])
      expect(await packages(derived, { release: 'jammy', arch: 'amd64' })).toEqual([])
      expect(await packages(derived, { source: 'glibc' })).toEqual(['two', 'one'])
      expect(await packages(derived, { requester: 'joe' })).toEqual(['one'])
      expect(await packages(derived, { requester: '' }), 'nobody asks for nobody').toEqual([])
    })

    it('has the newest hundred of a test, and their moments when they ended long ago', async () => {
      const runs = Array.from({ length: 130 }, (_, n) => at(n).exiting(n % 2 === 0 ? 4 : 0))
      const { derived } = await openWith(...runs)
      const found = await derived.news.latest({}, 1000)
      expect(found).toHaveLength(100)
      expect(found[0]).toMatchObject({
        runId: runs.at(-1)?.runId,
        learned: runIdTime(runs.at(-1)?.runId ?? ''),
      })
    })

    it('says since a moment what was learned after it, however late that came', async () => {
      const early = [justNow(0).passing(), justNow(1).failing()].map(run => run.of('early'))
      const { derived, results, index } = await openWith(...early)
      const [first] = await derived.news.since({}, 0, 100)
      expect(first?.package).toBe('early')
      const since = async () =>
        (await derived.news.since({}, first?.learned ?? 0, 100)).map(one => one.package)
      expect(await since()).toEqual([])
      await results.record([justNow(-9).passing(), justNow(-8).failing()].map(run => run.of('late')))
      await index()
      expect(await since()).toEqual(['late'])
      await results.record([justNow(-99), justNow(-98).failing(), justNow(-97)].map(run => run.of('later')))
      await index()
      expect(await since()).toEqual(['late', 'later', 'later'])
      expect((await derived.news.since({}, 0, 2)).map(one => one.package)).toEqual(['early', 'late'])
    })

    it('does not cut among those of one moment', async () => {
      const same = at(5).runId
      const runs = ['a', 'b', 'c'].flatMap(name => [at(0).of(name), at(5).named(same).of(name).failing()])
      const { derived } = await openWith(...runs, at(1).of('d'), at(9).of('d').failing())
      expect((await derived.news.since({}, 0, 3)).map(one => one.package).sort()).toEqual(['a', 'b', 'c'])
      expect(await derived.news.since({}, runIdTime(same) ?? 0, 3)).toHaveLength(1)
    })

    it('a transition keeps its moment while others come', async () => {
      const { derived, results, index } = await openWith(justNow(0), justNow(1).failing())
      const [first] = await derived.news.latest({}, 1)
      await results.record([justNow(2).failing(), justNow(3)])
      await index()
      expect(await derived.news.latest({}, 9)).toMatchObject([{ to: 'pass' }, { learned: first?.learned }])
    })

    it('goes when all is counted from another database', async () => {
      const { derived } = await openWith(at(0), at(1).failing())
      await derived.steadiness.follow('another', 'p1', [])
      expect(await derived.news.latest({}, 9)).toEqual([])
      expect(await derived.news.latest({ source: 'hello' }, 9)).toEqual([])
    })
  })
}
