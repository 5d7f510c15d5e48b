import { describe, expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { exitcodesOf } from '../../src/domain/run/verdict.ts'
import type { RunKey } from '../../src/domain/test/test.ts'
import { indexMoreRuns } from '../../src/operations/index/index-runs.ts'
import { resultsWith } from '../builders/databases.ts'
import { someDetails } from '../builders/details.ts'
import { aRun } from '../builders/run.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const LATER = new Date('2026-11-20T13:00:00Z')
const keyOf = ({ release, arch, package: name, runId }: Run): RunKey => ({
  release,
  arch,
  package: name,
  runId,
})
const newestFirst = (runs: readonly Run[]) =>
  runs.toSorted((a, b) => (a.runId < b.runId ? 1 : -1)).map(run => run.runId)

/** An empty database of its own, and a way to run a statement beside the program, on the tables of this prefix. */
export interface OpenedDerived {
  readonly derived: Derived
  readonly prefix: '' | 'derived.'
  readonly run: (sql: string) => Promise<void>
}

/** The contract of every engine of {@link Derived}. */
export function describeDerived(engine: string, open: () => Promise<OpenedDerived>): void {
  const openBeside = async (): Promise<OpenedDerived> => {
    const opened = await open()
    onTestFinished(() => opened.derived.close())
    return opened
  }
  const openDerived = async (): Promise<Derived> => (await openBeside()).derived

  describe(`derived on ${engine}: the index of runs`, () => {
    it('finds the newest runs by any combination of filters', async () => {
      const derived = await openDerived()
      const runs = ['noble', 'jammy'].flatMap(release =>
        ['amd64', 's390x', 'riscv64'].flatMap(arch =>
          ['joe', 'britney', ''].flatMap(requester =>
            [0, 2, 4, 8, 16, 20, 99, -15].map(exitcode =>
              aRun().on(release, arch).by(requester).exiting(exitcode),
            ),
          ),
        ),
      )
      const unordered = runs.toSorted((a, b) => (a.runId.slice(-6) < b.runId.slice(-6) ? -1 : 1))
      await derived.indexRuns('id', 'p', unordered)

      for (const release of [undefined, 'noble']) {
        for (const arch of [undefined, 's390x']) {
          for (const requester of [undefined, 'joe']) {
            for (const word of [undefined, 'pass', 'fail', 'denylisted']) {
              const exitcodes = word === undefined ? undefined : exitcodesOf(word)
              const expected = runs.filter(
                run =>
                  (release === undefined || run.release === release) &&
                  (arch === undefined || run.arch === arch) &&
                  (requester === undefined || run.requester === requester) &&
                  (exitcodes === undefined || exitcodes.includes(run.exitcode as number)),
              )
              const filter = {
                ...(release === undefined ? {} : { release }),
                ...(arch === undefined ? {} : { arch }),
                ...(requester === undefined ? {} : { requester }),
                ...(exitcodes === undefined ? {} : { exitcodes }),
              }
              const found = await derived.newest(filter, { limit: 1000, offset: 0 })
              expect(found.map(key => key.runId)).toEqual(newestFirst(expected))
            }
          }
        }
      }
    })

    it('finds nothing for names that it does not know', async () => {
      const derived = await openDerived()
      await derived.indexRuns('id', 'p', [aRun().by('joe')])
      const page = { limit: 10, offset: 0 }
      expect(await derived.newest({ requester: 'nobody' }, page)).toEqual([])
      expect(await derived.newest({ release: 'trusty' }, page)).toEqual([])
      expect(await derived.newest({ release: 'noble', arch: 'm68k', requester: 'joe' }, page)).toEqual([])
    })

    it('pages, and is empty beyond the end however far', async () => {
      const derived = await openDerived()
      const runs = Array.from({ length: 7 }, (_, n) => aRun().exiting(n % 2 === 0 ? 0 : 4))
      await derived.indexRuns('id', 'p', runs)
      const find = async (limit: number, offset: number) =>
        (await derived.newest({ release: 'noble' }, { limit, offset })).map(key => key.runId)
      const all = newestFirst(runs)
      expect(await find(3, 0)).toEqual(all.slice(0, 3))
      expect(await find(3, 5)).toEqual(all.slice(5))
      expect(await find(3, 7)).toEqual([])
      expect(await find(3, 1_000_000)).toEqual([])
      expect(await find(3, 2 ** 63)).toEqual([])
    })

    it('finds the newest run of a test by verdict, whatever lies after it and whoever else has one', async () => {
      const derived = await openDerived()
      const [older, failed, killed] = [aRun().failing(), aRun().failing(), aRun().exiting(-15)]
      const passes = Array.from({ length: 50 }, () => aRun())
      const others = [aRun().of('other').failing(), aRun().on('noble', 's390x').failing()]
      await derived.indexRuns('id', 'p', [killed, ...passes, failed, ...others, older])
      const test = keyOf(older)
      expect(await derived.newestOf(test, ['fail'])).toEqual(keyOf(failed))
      expect(await derived.newestOf(test, ['fail', 'otherfail'])).toEqual(keyOf(killed))
      expect(await derived.newestOf(test, ['pass'])).toEqual(keyOf(passes.at(-1) as Run))
      expect(await derived.newestOf(test, ['neutral', 'error'])).toBeUndefined()
      expect(await derived.newestOf({ ...test, arch: 'm68k' }, ['pass'])).toBeUndefined()
      expect(await derived.newestOf(test, ['fail'], failed.runId)).toEqual(keyOf(older))
      const lastPass = passes.at(-1) as Run
      expect(await derived.newestOf(test, ['fail', 'pass'], lastPass.runId)).toEqual(
        keyOf(passes.at(-2) as Run),
      )
      expect(await derived.newestOf(test, ['fail'], older.runId)).toBeUndefined()
      await derived.remove([failed])
      expect(await derived.newestOf(test, ['fail'])).toEqual(keyOf(older))
    })

    it('indexes a run once, however often it is told', async () => {
      const derived = await openDerived()
      const run = aRun()
      await derived.indexRuns('id', 'p', [run, run])
      await derived.indexRuns('id', 'p', [run])
      expect(await derived.newest({ arch: 'amd64' }, { limit: 10, offset: 0 })).toEqual([keyOf(run)])
      expect(await derived.backlog()).toBe(1)
    })

    it('remembers how far it came in which database', async () => {
      const derived = await openDerived()
      expect(await derived.position('id')).toBeUndefined()
      await derived.indexRuns('id', '17', [aRun()])
      expect(await derived.position('id')).toBe('17')
      expect(await derived.position('another')).toBeUndefined()
    })

    it('drops all when it is told of another database', async () => {
      const derived = await openDerived()
      const [old, run] = [aRun().by('joe'), aRun().by('joe')]
      await derived.indexRuns('id', '17', [old])
      await derived.saveDetails(old, someDetails())
      await derived.indexRuns('another', '1', [run])
      expect(await derived.position('id')).toBeUndefined()
      expect(await derived.newest({ requester: 'joe' }, { limit: 10, offset: 0 })).toEqual([keyOf(run)])
      expect(await derived.details(old)).toBeUndefined()
      expect(await derived.backlog()).toBe(1)
    })

    it('empties what a program with another table of verdicts has made, but for the details', async () => {
      const { derived, prefix, run } = await openBeside()
      const runs = [aRun().failing(), aRun().failing(), aRun().failing()] as const
      const [known, wanted, retried] = runs
      await derived.indexRuns('id', '3', runs)
      await derived.saveDetails(known, someDetails())
      await derived.missDetails(retried, 'away', LATER)
      await run(`UPDATE ${prefix}progress SET verdicts = '0=4 1=0'`)
      await run(`UPDATE ${prefix}run_index SET verdict = 0`)
      await run(`UPDATE ${prefix}test SET told = '10' || substr(told, 3)`)
      const found = async (word: string) => {
        const filter = { exitcodes: exitcodesOf(word) as number[] }
        return (await derived.newest(filter, { limit: 9, offset: 0 })).map(key => key.runId)
      }

      // These rows may be the ones behind a position that a reader was given
      expect(await derived.position('id')).toBeUndefined()
      await derived.indexRuns('id', '4', [aRun()])
      expect(await derived.position('id')).toBeUndefined()
      expect(await found('pass')).toEqual([])
      expect(await derived.queuedDetails(LATER, 9)).toEqual([])
      expect(await derived.backlog()).toBe(0)

      await derived.indexRuns('id', '3', runs)
      expect(await derived.position('id')).toBe('3')
      expect(await found('fail')).toEqual(newestFirst(runs))
      expect(await found('pass')).toEqual([])
      const { release } = known
      const [long, now] = [
        { release, before: '20000101_000000' },
        { release, before: undefined },
      ]
      const changes = await derived.moments.compare(long, now, {}, { change: undefined, limit: 9, offset: 0 })
      expect(changes.tests.map(test => test.now?.verdict)).toEqual(['fail'])
      expect(await derived.details(known)).toEqual({ state: 'known', ...someDetails() })
      expect((await derived.queuedDetails(NOW, 9)).map(key => key.runId)).toEqual(
        newestFirst([wanted, retried]),
      )
      expect(await derived.backlog()).toBe(2)
    })

    it('is made again from the start by who indexes, though no result is new', async () => {
      const { derived, prefix, run } = await openBeside()
      const results = await resultsWith(aRun().failing(), aRun())
      while (await indexMoreRuns({ results, derived }));
      const before = await derived.newest({ exitcodes: [4] }, { limit: 9, offset: 0 })
      await run(`UPDATE ${prefix}progress SET verdicts = '0=4 1=0'`)
      await run(`UPDATE ${prefix}run_index SET verdict = 0`)
      while (await indexMoreRuns({ results, derived }));
      expect(before).toHaveLength(1)
      expect(await derived.newest({ exitcodes: [4] }, { limit: 9, offset: 0 })).toEqual(before)
    })

    it('forgets a run, and takes it again with another verdict', async () => {
      const derived = await openDerived()
      const [kept, gone, retried] = [aRun().by('joe'), aRun().by('joe'), aRun().by('joe')]
      await derived.indexRuns('1', 'p1', [kept, gone, retried])
      await derived.saveDetails(kept, someDetails())
      await derived.missDetails(retried, 'away', LATER)
      await derived.remove([gone, retried, aRun().of('never-seen')])
      expect(await derived.newest({ requester: 'joe' }, { limit: 9, offset: 0 })).toEqual([keyOf(kept)])
      expect(await derived.backlog()).toBe(0)
      expect(await derived.queuedDetails(LATER, 9)).toEqual([])
      // Once more, like a process that was stopped half way
      await derived.remove([gone, retried, aRun().of('never-seen')])
      expect(await derived.backlog()).toBe(0)
      await derived.remove([kept])
      expect(await derived.details(kept)).toBeUndefined()
      await derived.indexRuns('1', 'p2', [kept.failing()])
      const failed = { exitcodes: exitcodesOf('fail') as number[] }
      expect(await derived.newest(failed, { limit: 9, offset: 0 })).toEqual([keyOf(kept)])
      expect(await derived.newest({ release: 'noble' }, { limit: 9, offset: 0 })).toHaveLength(1)
      expect(await derived.backlog()).toBe(1)
    })

    it('has another version after something changed, and calls back', async () => {
      const derived = await openDerived()
      const before = derived.version()
      let calls = 0
      onTestFinished(derived.onChange(() => calls++))
      await derived.indexRuns('id', '1', [aRun()])
      await expect.poll(() => derived.version()).not.toBe(before)
      await expect.poll(() => calls, { timeout: 3000 }).toBeGreaterThan(0)
    })
  })

  describe(`derived on ${engine}: details of runs`, () => {
    it('wants the details of every indexed run, newest first, until it has them', async () => {
      const derived = await openDerived()
      const [a, b, c] = [aRun(), aRun().of('b').on('jammy', 's390x'), aRun()]
      await derived.indexRuns('id', '1', [b, c, a])
      expect(await derived.queuedDetails(NOW, 2)).toEqual([
        { ...keyOf(c), attempts: 0 },
        { ...keyOf(b), attempts: 0 },
      ])
      expect(await derived.details(c)).toEqual({ state: 'wanted' })
      await derived.saveDetails(c, someDetails())
      expect(await derived.details(c)).toEqual({ state: 'known', ...someDetails() })
      expect(await derived.queuedDetails(NOW, 1)).toEqual([{ ...keyOf(b), attempts: 0 }])
      expect(await derived.backlog()).toBe(2)
    })

    it('tries again at the time that was said, and counts', async () => {
      const derived = await openDerived()
      const [run, older] = [aRun(), aRun().named('20200101_000000_abcde@')]
      await derived.indexRuns('id', '1', [run, older])
      await derived.missDetails(run, 'no answer', LATER)
      expect(await derived.queuedDetails(NOW, 10)).toEqual([{ ...keyOf(older), attempts: 0 }])
      expect(await derived.queuedDetails(LATER, 10)).toEqual([
        { ...keyOf(run), attempts: 1 },
        { ...keyOf(older), attempts: 0 },
      ])
      await derived.missDetails(run, 'no answer', LATER)
      expect(await derived.queuedDetails(LATER, 1)).toEqual([{ ...keyOf(run), attempts: 2 }])
      expect(await derived.details(run)).toEqual({ state: 'wanted' })
      expect(await derived.backlog()).toBe(2)
      await derived.saveDetails(run, { subtests: [], log: undefined })
      expect(await derived.details(run)).toEqual({ state: 'known', subtests: [], log: undefined })
      expect(await derived.backlog()).toBe(1)
    })

    it('tries at once what seems to be put off for years, as the clock was ahead', async () => {
      const derived = await openDerived()
      const run = aRun()
      await derived.indexRuns('id', '1', [run])
      await derived.missDetails(run, 'no answer', new Date(NOW.getTime() + 3 * 365 * 86_400_000))
      expect(await derived.queuedDetails(NOW, 10)).toEqual([{ ...keyOf(run), attempts: 1 }])
    })

    it('gives up where it is told to, even before the run is indexed', async () => {
      const derived = await openDerived()
      const [seeded, known] = [aRun(), aRun()]
      await derived.missDetails(seeded, 'seeded from another release', undefined)
      await derived.saveDetails(known, someDetails())
      await derived.indexRuns('id', '1', [seeded, known])
      expect(await derived.queuedDetails(NOW, 10)).toEqual([])
      expect(await derived.backlog()).toBe(0)
      expect(await derived.details(seeded)).toEqual({
        state: 'missing',
        reason: 'seeded from another release',
      })
      expect((await derived.details(known))?.state).toBe('known')
    })

    it('gives the subtests of several runs at once, in their order', async () => {
      const derived = await openDerived()
      const [known, unread, missing, beyond] = [aRun(), aRun(), aRun().on('noble', 's390x'), aRun()]
      await derived.indexRuns('id', '1', [known, unread, missing, beyond])
      await derived.saveDetails(known, someDetails())
      await derived.missDetails(missing, 'gone', undefined)
      const detail = 'x'.repeat(1000)
      const subtests = Array.from({ length: 200 }, (_, n) => ({
        name: `t${n}`,
        result: 'PASS' as const,
        detail,
      }))
      await derived.saveDetails(beyond, { subtests, log: undefined })
      expect(await derived.subtestsOf([missing, known, beyond, unread, aRun(), known])).toEqual([
        undefined,
        someDetails().subtests,
        undefined,
        undefined,
        undefined,
        someDetails().subtests,
      ])
      expect(await derived.subtestsOf([])).toEqual([])
    })

    it('knows nothing of other runs', async () => {
      const derived = await openDerived()
      const run = aRun()
      await derived.indexRuns('id', '1', [run])
      expect(await derived.details(run.on('noble', 'arm64'))).toBeUndefined()
      expect(await derived.details(aRun())).toBeUndefined()
    })

    it('finds nothing wrong, and answers', async () => {
      const derived = await openDerived()
      await derived.indexRuns('id', '1', [aRun()])
      expect(await derived.check()).toEqual([])
      expect(await derived.state()).toEqual({ ok: true })
    })
  })
}
