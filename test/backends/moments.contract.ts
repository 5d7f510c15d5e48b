import { describe, expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { ComparedTests, ResultAt } from '../../src/backends/derived/moments.ts'
import type { Run } from '../../src/domain/run/run.ts'
import type { TestKey } from '../../src/domain/test/test.ts'
import { TEST_CHANGES } from '../../src/domain/test/test-change.ts'
import { aRun } from '../builders/run.ts'
import type { OpenedDerived } from './derived.contract.ts'
import { randomHistory, shuffled } from './random-history.ts'

const ALL = { change: undefined, limit: 1000, offset: 0 }
const day = (date: string, release = 'noble') => ({ release, before: `${date.replaceAll('-', '')}_000001` })
const keyOf = ({ release, arch, package: name, runId }: Run) => ({ release, arch, package: name, runId })

/** A comparison as readable lines. */
function lines({ counts, tests }: ComparedTests): string[] {
  const result = (at: ResultAt | undefined) => (at === undefined ? '-' : `${at.verdict} ${at.runId}`)
  return [
    ...TEST_CHANGES.map(change => `${change}: ${counts[change]}`),
    ...tests.map(one => `${one.package} ${one.arch} ${one.change}: ${result(one.was)} > ${result(one.now)}`),
  ]
}

const WORDS: Readonly<Record<number, string>> = {
  ...{ 0: 'pass', 2: 'pass', 8: 'neutral', 4: 'fail', 6: 'fail', 12: 'fail', 20: 'error' },
}

/** The same by reading all runs for each test, without using any of the program. */
function naive(runs: readonly Run[], [old, from]: Side, [release, to]: Side): string[] {
  const newest = (of: string, name: string, arch: string, moment: string) =>
    runs
      .filter(run => run.release === of && run.package === name && run.arch === arch)
      .filter(run => run.exitcode !== 16 && run.exitcode !== 99)
      .filter(run => !(run.triggers ?? '').split(' ').includes('migration-reference/0'))
      .filter(run => run.runId.slice(0, 15) <= moment)
      .sort((a, b) => (a.runId < b.runId ? 1 : -1))[0]
  const names = [...new Set(runs.map(run => `${run.package} ${run.arch}`))].sort()
  const word = (run: Run | undefined) =>
    run === undefined ? '-' : `${WORDS[run.exitcode as number] ?? 'otherfail'} ${run.runId}`
  const hasPassed = (run: Run) => [0, 2, 8].includes(run.exitcode as number)
  const found = names.flatMap(test => {
    const [name = '', arch = ''] = test.split(' ')
    const [was, now] = [newest(old, name, arch, from), newest(release, name, arch, to)]
    let change = ''
    if (was === undefined) change = now === undefined ? '' : 'appeared'
    else if (now === undefined) change = 'gone'
    else if (hasPassed(now)) change = hasPassed(was) ? '' : 'mended'
    else change = hasPassed(was) ? 'newly failing' : 'still failing'
    return change === '' ? [] : [{ change, line: `${test} ${change}: ${word(was)} > ${word(now)}` }]
  })
  const counts = TEST_CHANGES.map(change => `${change}: ${found.filter(one => one.change === change).length}`)
  return [...counts, ...found.map(one => one.line)]
}

/** A release, and the last second that counts. */
type Side = readonly [release: string, moment: string]

/** After all runs. */
const NOW = '99999999_999999'
/** The first run id after that second. */
const after = (moment: string): string => `${moment}~`

/** The contract of every engine for the results of tests at moments. */
export function describeMoments(engine: string, open: () => Promise<OpenedDerived>): void {
  const openWith = async (...runs: Run[]): Promise<Derived> => {
    const { derived } = await open()
    onTestFinished(() => derived.close())
    await derived.indexRuns('id', 'p', runs)
    return derived
  }

  describe(`derived on ${engine}: results at moments`, () => {
    it('are of the newest run that had ended and says something, references left out', async () => {
      const test = (name: string) => ({
        at: (date: string, exitcode: number, ...triggers: string[]) =>
          aRun()
            .of(name)
            .endedAt(`${date}T00:00:00`)
            .exiting(exitcode)
            .triggeredBy(...triggers, 'glibc/1'),
      })
      const [broke, mended, fails, fresh, steady] = ['broke', 'mended', 'fails', 'fresh', 'steady'].map(
        test,
      ) as unknown as Tests
      const runs = [
        ...[broke.at('2026-03-01', 0), broke.at('2026-03-05', 4), broke.at('2026-03-06', 16)],
        ...[broke.at('2026-03-07', 0, 'migration-reference/0'), broke.at('2026-03-11', 0)],
        ...[mended.at('2026-03-01', 12), mended.at('2026-03-10', 8)],
        ...[fails.at('2026-03-01', -15), fails.at('2026-03-02', 99)],
        ...[fresh.at('2026-03-10', 2), fresh.at('2026-03-01', 0, 'migration-reference/0')],
        ...[steady.at('2026-03-01', 0), steady.at('2026-03-09', 2)],
      ]
      const { moments } = await openWith(...runs)
      const [from, to] = [day('2026-03-01'), day('2026-03-10')]
      expect(lines(await moments.compare(from, to, {}, ALL))).toEqual([
        ...['newly failing: 1', 'mended: 1', 'still failing: 1', 'appeared: 1', 'gone: 0'],
        `broke amd64 newly failing: pass ${runs[0]?.runId} > fail ${runs[1]?.runId}`,
        `fails amd64 still failing: otherfail ${runs[7]?.runId} > otherfail ${runs[7]?.runId}`,
        `fresh amd64 appeared: - > pass ${runs[9]?.runId}`,
        `mended amd64 mended: fail ${runs[5]?.runId} > neutral ${runs[6]?.runId}`,
      ])
      // In reverse order, and up to now
      expect((await moments.compare(to, from, {}, ALL)).counts).toMatchObject({ mended: 1, gone: 1 })
      const now = await moments.compare(from, { release: 'noble', before: undefined }, {}, ALL)
      expect(now.counts['newly failing']).toBe(0)
      expect((await moments.compare(day('2020-01-01'), from, {}, ALL)).counts.appeared).toBe(4)
    })

    it('are what a naive calculation says on random histories, in any order, and after removals', async () => {
      for (const seed of [1, 2, 3]) {
        const { runs, random } = randomHistory(seed, 250)
        const derived = await openWith(...shuffled(runs.slice(0, 150), random))
        await derived.indexRuns('id', 'p2', shuffled(runs.slice(120), random))
        const gone = shuffled(runs, random).slice(0, 60)
        await derived.remove(gone.map(keyOf))
        const left = runs.filter(run => !gone.includes(run))
        const someMoment = () => (left[Math.floor(random() * left.length)] as Run).runId.slice(0, 15)
        for (let round = 0; round < 9; round++) {
          const from: Side = [round % 3 === 0 ? 'jammy' : 'noble', someMoment()]
          const to: Side = ['noble', round % 3 === 1 ? NOW : someMoment()]
          const [a, b] = [from, to].map(([release, moment]) => ({
            release,
            before: moment === NOW ? undefined : after(moment),
          })) as [M, M]
          const found = lines(await derived.moments.compare(a, b, {}, ALL))
          const [head, rows] = [found.slice(0, 5), found.slice(5).sort()]
          const expected = naive(left, from, to)
          expect([...head, ...rows], `${seed} ${from} ${to}`).toEqual([
            ...expected.slice(0, 5),
            ...expected.slice(5).sort(),
          ])
        }
      }
    })

    it('are of the newest run, whichever was indexed last', async () => {
      const run = (date: string, exitcode: number) =>
        aRun().of('hello').endedAt(`${date}T00:00:00`).exiting(exitcode).triggeredBy('glibc/1')
      const runs = [run('2026-03-05', 4), run('2026-03-01', 0), run('2026-03-09', 16), run('2026-03-03', 8)]
      const derived = await openWith(runs[0] as Run)
      await derived.indexRuns('id', 'p2', runs.slice(1))
      const now = { release: 'noble', before: undefined }
      const fails = `hello amd64 newly failing: pass ${runs[1]?.runId} > fail ${runs[0]?.runId}`
      expect(lines(await derived.moments.compare(day('2026-03-02'), now, {}, ALL))).toContain(fails)
      await derived.remove([keyOf(runs[0] as Run)])
      const { counts } = await derived.moments.compare(day('2026-03-02'), now, {}, ALL)
      expect(Object.values(counts)).toEqual(TEST_CHANGES.map(() => 0))
    })

    it('are narrowed by architectures, by packages and by what became of them, and come in pages', async () => {
      const names = ['a1', 'b1', 'c1', 'd1']
      const tests = names.flatMap(name => ['amd64', 's390x'].map(arch => aRun().of(name).on('noble', arch)))
      const fails = tests.map(run => run.endedAt('2026-03-05T00:00:00').failing())
      const { moments } = await openWith(...tests.map(run => run.endedAt('2026-03-01T00:00:00')), ...fails)
      const found = async (filter: object, page = {}) => {
        const answer = await moments.compare(day('2026-03-02'), day('2026-03-06'), filter, {
          ...ALL,
          ...page,
        })
        return [answer.counts['newly failing'], ...answer.tests.map(one => `${one.package} ${one.arch}`)]
      }
      expect(await found({ arches: ['s390x'] })).toEqual([4, 'a1 s390x', 'b1 s390x', 'c1 s390x', 'd1 s390x'])
      expect(await found({ arches: ['s390x'], packages: ['b1', 'zz'] })).toEqual([1, 'b1 s390x'])
      expect(await found({ packages: [] })).toEqual([0])
      expect(await found({}, { limit: 2, offset: 3 })).toEqual([8, 'b1 s390x', 'c1 amd64'])
      expect(await found({}, { change: 'mended' })).toEqual([8])
      expect(await found({}, { offset: 2 ** 60 })).toEqual([0])
      const many = Array.from({ length: 5000 }, (_, n) => `p${n}`)
      expect(await found({ packages: [...many, 'a1'] })).toEqual([2, 'a1 amd64', 'a1 s390x'])
    })

    it('are compared of very many tests as of few', async () => {
      const tests = Array.from({ length: 2_500 }, (_, n) => aRun().of(`p${n}`).endedAt('2026-03-01T00:00:00'))
      const fails = tests.slice(0, 7).map(run => run.endedAt('2026-03-05T00:00:00').failing())
      const { moments } = await openWith(...tests, ...fails)
      const found = await moments.compare(day('2026-03-02'), day('2026-03-06'), {}, ALL)
      expect(found.counts).toMatchObject({ 'newly failing': 7, 'still failing': 0 })
      expect(found.tests).toHaveLength(7)
    })

    it('tell between two releases what is in one alone', async () => {
      const { moments } = await openWith(
        ...[aRun().of('both').on('jammy', 'amd64'), aRun().of('both').failing()],
        ...[aRun().of('old').on('jammy', 'amd64').failing(), aRun().of('new')],
        ...[aRun().of('untold').on('jammy', 'amd64').tmpfailing()],
      )
      const now = (release: string) => ({ release, before: undefined })
      const between = (one: string, other: string, filter = {}) =>
        moments.compare(now(one), now(other), filter, ALL)
      const { tests } = await between('jammy', 'noble')
      const found = tests.map(one => `${one.package} ${one.change} ${one.was?.release} ${one.now?.release}`)
      expect(found.sort()).toEqual([
        'both newly failing jammy noble',
        'new appeared undefined noble',
        'old gone jammy undefined',
      ])
      expect((await between('noble', 'jammy', { packages: ['old'] })).counts).toMatchObject({
        appeared: 1,
        gone: 0,
      })
      expect((await between('jammy', 'trusty')).counts.gone).toBe(2)
    })
  })
}

type M = { release: string; before: string }
type Tests = [Maker, Maker, Maker, Maker, Maker]
type Maker = { readonly at: (date: string, exitcode: number, ...triggers: string[]) => Run & TestKey }
