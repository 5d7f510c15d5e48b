import { describe, expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { TestOutcome } from '../../src/backends/derived/triggers.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { aRun, type RunBuilder } from '../builders/run.ts'
import { countsOf, kept, naiveOutcomes, outcomeLines } from './naive-outcomes.ts'
import { randomHistory, shuffled } from './random-history.ts'

const NO_LIMIT = () => undefined
const PERL = { source: 'perl', version: '5.40-1' }
const PERL_RUN = aRun().triggeredBy('perl/5.40-1')

/** The contract of every engine of the index of triggers. */
export function describeTriggers(engine: string, open: () => Promise<Derived>): void {
  const opened = async (): Promise<Derived> => {
    const derived = await open()
    onTestFinished(() => derived.close())
    return derived
  }
  const on = (day: number) => `2026-09-${String(day).padStart(2, '0')}T10:00:00`
  const perl = (day: number, exitcode: number): RunBuilder => PERL_RUN.endedAt(on(day)).exiting(exitcode)
  const reference = (day: number, exitcode: number): RunBuilder =>
    aRun().endedAt(on(day)).triggeredBy('migration-reference/0').exiting(exitcode)
  const kernel = (day: number, exitcode: number, source = 'linux-meta'): RunBuilder =>
    aRun().endedAt(on(day)).triggeredBy(`${source}/6.8`).exiting(exitcode)

  describe(`triggers on ${engine}: what became of one`, () => {
    /** The outcome, and the day of the month of the run that decided it. */
    const ofPerl = async (derived: Derived, trigger = PERL, arch = 'amd64'): Promise<string> => {
      const all = await derived.triggers.outcomesOf(trigger, ['hello'])
      const one = all.find(outcome => outcome.arch === arch)
      return one === undefined ? 'none' : `${one.outcome} by ${Number(one.runId.slice(6, 8))}`
    }
    const KERNEL = { source: 'linux-meta', version: '6.8' }

    it('is what the rules say of it, in whatever order its runs come, one by one and together', async () => {
      const derived = await opened()
      const cases: [string, Run[], string][] = [
        ['passed', [perl(1, 0)], 'pass by 1'],
        ['had nothing to test', [perl(1, 8)], 'neutral by 1'],
        ['failed, with no baseline', [perl(1, 4)], 'no baseline by 1'],
        [
          'failed, though another passed, with no baseline',
          [perl(1, 4), aRun().triggeredBy('a/1')],
          'no baseline by 1',
        ],
        ['failed as the baseline did', [perl(2, 4), reference(1, 4)], 'not a regression by 2'],
        [
          'failed as the baseline does now',
          [perl(2, 4), reference(1, 0), reference(3, 4)],
          'not a regression by 2',
        ],
        ['failed, and the baseline passes', [perl(2, 4), reference(1, 0)], 'regression by 2'],
        [
          'failed, and the baseline passes again',
          [perl(2, 4), reference(1, 4), reference(3, 0)],
          'regression by 2',
        ],
        ['failed, and the baseline is neutral', [perl(2, 4), reference(1, 8)], 'not a regression by 2'],
        [
          'failed, the baseline is neutral, and one passed later',
          [perl(2, 4), reference(1, 8), aRun().triggeredBy('a/1')],
          'regression by 2',
        ],
        [
          'failed, the baseline failed, and one passed',
          [perl(2, 4), reference(1, 4), aRun().triggeredBy('a/1')],
          'not a regression by 2',
        ],
        ['passed, and failed later', [perl(1, 0), perl(2, 4), reference(1, 0)], 'pass by 1'],
        ['was neutral, and failed later', [perl(1, 8), perl(2, 4), reference(1, 0)], 'regression by 2'],
        ['had a testbed that failed', [perl(1, 16), reference(1, 0)], 'regression by 1'],
        ['is never run', [perl(1, 99).with({ version: 'blacklisted' }), reference(1, 0)], 'regression by 1'],
        ['was killed', [perl(1, -15), reference(1, 0)], 'regression by 1'],
        [
          'failed before its version was known',
          [perl(1, 12).with({ version: '' }), reference(1, 0)],
          'regression by 1',
        ],
        [
          'ran with the baseline',
          [perl(1, 4).triggeredBy('perl/5.40-1', 'migration-reference/0')],
          'not a regression by 1',
        ],
        ['has no version with another code', [perl(1, 16).with({ version: '' }), reference(1, 0)], 'none'],
      ]
      let last = 0
      for (const [name, runs, expected] of cases) {
        for (const order of [runs, runs.toReversed()]) {
          for (const together of [false, true]) {
            const arch = `arch${++last}`
            const here = order.map(run => ({ ...run, arch }))
            for (const some of together ? [here] : here.map(run => [run])) {
              await derived.triggers.index('id', `${last}`, some, NO_LIMIT)
            }
            expect(await ofPerl(derived, PERL, arch), `one that ${name}`).toBe(expected)
          }
        }
      }
    })

    it('is judged by its own source where it is a kernel', async () => {
      const derived = await opened()
      await derived.triggers.index(
        'id',
        '1',
        [kernel(2, 4), kernel(2, 0, 'linux-meta-aws'), reference(1, 0), perl(1, 0)],
        NO_LIMIT,
      )
      expect(await ofPerl(derived, KERNEL)).toBe('not a regression by 2')
      const older = aRun().endedAt(on(1)).triggeredBy('linux-meta/6.5')
      await derived.triggers.index('id', '2', [older], NO_LIMIT)
      expect(await ofPerl(derived, KERNEL)).toBe('regression by 2')
      await derived.remove([older])
      expect(await ofPerl(derived, KERNEL)).toBe('not a regression by 2')
    })

    it('counts a run of its own source only if that is not older', async () => {
      const derived = await opened()
      const own = aRun().of('hello', '2.10-3').triggeredBy('hello/2.10-4')
      await derived.triggers.index('id', '1', [own], NO_LIMIT)
      const trigger = { source: 'hello', version: '2.10-4' }
      expect(await derived.triggers.counts(trigger)).toBeUndefined()
      await derived.triggers.index('id', '2', [own.endedAt(on(3)).of('hello', '2.10-4')], NO_LIMIT)
      expect(await ofPerl(derived, trigger)).toBe('pass by 3')
    })

    it('changes with the archive: a pass counts from when its version is there', async () => {
      const derived = await opened()
      const runs = [perl(2, 4), reference(1, 0), aRun().triggeredBy('a/1').of('hello', '2.9')]
      await derived.triggers.index('id', '1', runs, () => '2.8')
      expect(await ofPerl(derived)).toBe('not a regression by 2')
      const compare = (current: string | undefined) => derived.triggers.refreshCurrent(() => current, 0, 10)
      expect(await compare('2.9')).toBeUndefined()
      expect(await ofPerl(derived)).toBe('regression by 2')
      await compare('2.8')
      expect(await ofPerl(derived)).toBe('not a regression by 2')
      await compare(undefined)
      expect(await ofPerl(derived)).toBe('regression by 2')
      expect(countsOf(await derived.triggers.counts(PERL))).toEqual({ 'noble amd64 regression': 1 })
    })

    it('says how many rows count for nothing, as they have no version', async () => {
      const derived = await opened()
      const runs = [perl(1, 16), perl(2, 16).with({ version: '' }), perl(3, 0).with({ version: null })]
      expect(await derived.triggers.index('id', '1', runs, NO_LIMIT)).toBe(2)
    })
  })

  describe(`triggers on ${engine}: machine time`, () => {
    it('is that of all runs of a trigger, whatever they tell of it, each once, until they go', async () => {
      const derived = await opened()
      const older = perl(4, 0).of('perl', '5.38-1').lasting(50)
      const runs: Run[] = [
        perl(1, 4).lasting(100),
        perl(2, 0).lasting(1000).triggeredBy('perl/5.40-1 glibc/2.39-0ubuntu8'),
        perl(3, 16).with({ version: '', duration: 7 }),
        older,
        perl(5, 0).on('noble', 's390x').with({ duration: null }),
      ]
      await derived.triggers.index('id', '1', runs, NO_LIMIT)
      await derived.triggers.index('id', '2', runs, NO_LIMIT)
      expect(await derived.triggers.machineTime(PERL)).toEqual({ runs: 5, timed: 4, seconds: 1157 })
      const glibc = { source: 'glibc', version: '2.39-0ubuntu8' }
      expect(await derived.triggers.machineTime(glibc)).toEqual({ runs: 1, timed: 1, seconds: 1000 })
      expect(await derived.triggers.machineTime({ ...PERL, version: '5.41-1' })).toBeUndefined()
      await derived.remove([older, ...runs.slice(0, 3)])
      expect(await derived.triggers.machineTime(PERL)).toEqual({ runs: 1, timed: 0, seconds: 0 })
      expect(await derived.triggers.machineTime(glibc)).toBeUndefined()
    })

    it('bears times that no run takes', async () => {
      const derived = await opened()
      const times = [-5, 1.9, Number.MAX_SAFE_INTEGER]
      const runs = times.map((duration, day) => perl(day + 1, 0).with({ duration }))
      await derived.triggers.index('id', '1', runs, NO_LIMIT)
      expect(await derived.triggers.machineTime(PERL)).toEqual({ runs: 3, timed: 3, seconds: 2 ** 31 })
    })

    it('leaves out a run that tells nothing when the outcome is settled after one has gone', async () => {
      const derived = await opened()
      const newest = perl(3, 0).of('perl', '5.40-1')
      const runs: Run[] = [perl(1, 4).of('perl', '5.40-1'), perl(2, 0).of('perl', '5.38-1'), newest]
      await derived.triggers.index('id', '1', runs, NO_LIMIT)
      await derived.remove([newest])
      const [left] = await derived.triggers.outcomesOf(PERL, ['perl'])
      expect(left?.outcome).toBe('no baseline')
    })
  })

  describe(`triggers on ${engine}: the index`, () => {
    it('remembers how far it came in which database, and drops what was made of another', async () => {
      const derived = await opened()
      const { triggers } = derived
      expect(await triggers.position('id')).toBeUndefined()
      expect(await triggers.reached()).toBeUndefined()
      const run = perl(1, 0)
      await triggers.index('id', '17', [run], NO_LIMIT)
      expect(await triggers.position('id')).toBe('17')
      expect(await triggers.reached()).toBe(run.runId)
      expect(await triggers.position('another')).toBeUndefined()
      await triggers.index('another', '3', [], NO_LIMIT)
      expect(await triggers.position('another')).toBeUndefined()
      expect(await triggers.counts(PERL)).toBeUndefined()
      await triggers.index('another', '3', [run.exiting(8)], NO_LIMIT)
      expect(await triggers.position('another')).toBe('3')
      expect(countsOf(await triggers.counts(PERL))).toEqual({ 'noble amd64 neutral': 1 })
    })

    it('goes with the numbers of tests when the index of runs is of another database', async () => {
      const derived = await opened()
      await derived.indexRuns('id', '1', [aRun().of('first'), aRun()])
      await derived.triggers.index('id', '1', [perl(1, 0)], NO_LIMIT)
      await derived.indexRuns('another', '1', [aRun().of('other')])
      expect(await derived.triggers.counts(PERL)).toBeUndefined()
      expect(await derived.triggers.position('id')).toBeUndefined()
    })

    it('bears names and versions that nobody has', async () => {
      const derived = await opened()
      const odd = ['a\0b/1', `${'x'.repeat(5000)}/1`, 'perl/5.40-1']
      const run = perl(1, 4).with({ triggers: odd.join(' '), version: 'v\0'.repeat(3000), package: 'h%_\\' })
      await derived.triggers.index('id', '1', [run, perl(1, 0)], NO_LIMIT)
      const find = (text: string) => derived.triggers.packages(PERL, { text }, { limit: 5 })
      expect((await find('%_')).map(one => one.package)).toEqual(['h%_\\'])
      expect((await find('E')).map(one => one.package)).toEqual(['hello'])
      await derived.remove([run])
      expect(countsOf(await derived.triggers.counts(PERL))).toEqual({ 'noble amd64 pass': 1 })
    })
  })

  describe(`triggers on ${engine}: what is read`, () => {
    const many = () => [
      ...['bad', 'worse'].map(name => perl(2, 4).of(name).on('noble', 's390x')),
      ...['bad', 'worse', 'fine'].map(name => perl(2, 0).of(name)),
      ...['bad', 'worse'].map(name => reference(1, 0).of(name).on('noble', 's390x')),
      perl(2, 4).of('lost').on('jammy', 'amd64'),
      perl(2, 8).of('quiet'),
      perl(2, 4).of('old').on('jammy', 'amd64'),
      reference(1, 4).of('old').on('jammy', 'amd64'),
    ]
    const filled = async () => {
      const derived = await opened()
      await derived.triggers.index('id', '1', many(), NO_LIMIT)
      return derived.triggers
    }
    const ALL = [
      { outcome: 'regression', package: 'bad' },
      { outcome: 'regression', package: 'worse' },
      { outcome: 'no baseline', package: 'lost' },
      { outcome: 'not a regression', package: 'old' },
      { outcome: 'neutral', package: 'quiet' },
      { outcome: 'pass', package: 'fine' },
    ] as const

    it('has packages with the worst first, each once, in pages of any size', async () => {
      const triggers = await filled()
      expect(await triggers.packages(PERL, {}, { limit: 10 })).toEqual(ALL)
      for (const limit of [1, 2, 5]) {
        const found = []
        for (;;) {
          const page = await triggers.packages(PERL, {}, { limit, after: found.at(-1) })
          if (page.length === 0) break
          found.push(...page)
        }
        expect(found).toEqual(ALL)
      }
    })

    it('has those that a filter lets through, by what it lets through of them', async () => {
      const triggers = await filled()
      const find = async (filter: Parameters<typeof triggers.packages>[1]) =>
        (await triggers.packages(PERL, filter, { limit: 10 })).map(one => `${one.package}: ${one.outcome}`)
      expect(await find({ arch: 'amd64' })).toEqual([
        'lost: no baseline',
        'old: not a regression',
        'quiet: neutral',
        'bad: pass',
        'fine: pass',
        'worse: pass',
      ])
      expect(await find({ release: 'jammy' })).toEqual(['lost: no baseline', 'old: not a regression'])
      expect(await find({ outcome: 'pass' })).toEqual(['bad: pass', 'fine: pass', 'worse: pass'])
      expect(await find({ outcome: 'pass', arch: 's390x' })).toEqual([])
      expect(await find({ text: 'ors' })).toEqual(['worse: regression'])
    })

    it('has what was decided from a run on, with the worst of that alone', async () => {
      const { triggers } = await opened()
      const later = perl(5, 8).of('bad').on('noble', 'armhf')
      await triggers.index('id', '1', [...many(), later], NO_LIMIT)
      const find = (filter: Parameters<typeof triggers.packages>[1]) =>
        triggers.packages(PERL, filter, { limit: 10 })
      const tests = async (since: string) =>
        (await triggers.tests(PERL, { since }, { limit: 10 })).map(one => `${one.package} ${one.arch}`)
      expect(await find({ since: '20260904' })).toEqual([{ outcome: 'neutral', package: 'bad' }])
      expect(await find({ since: '20260904', arch: 'amd64' })).toEqual([])
      expect(await find({ since: '20260901' })).toEqual(ALL)
      expect(await tests('20260904')).toEqual(['bad armhf'])
      expect(await tests(later.runId)).toEqual(['bad armhf'])
      expect(await tests('20260906')).toEqual([])
    })

    it('has every test, by package, in pages of any size, with the run that decided', async () => {
      const triggers = await filled()
      const all = await triggers.tests(PERL, {}, { limit: 100 })
      expect(all.map(one => one.package)).toEqual([
        'bad',
        'bad',
        'fine',
        'lost',
        'old',
        'quiet',
        'worse',
        'worse',
      ])
      expect(all[2]).toEqual(
        expect.objectContaining({
          outcome: 'pass',
          exitcode: 0,
          version: '2.10-3',
          release: 'noble',
          arch: 'amd64',
        }),
      )
      for (const limit of [1, 3]) {
        const found: TestOutcome[] = []
        for (;;) {
          const page = await triggers.tests(PERL, {}, { limit, after: found.at(-1) })
          if (page.length === 0) break
          found.push(...page)
        }
        expect(found).toEqual(all)
      }
      expect(
        await triggers.tests(
          PERL,
          { release: 'jammy', outcome: 'no baseline', arch: 'amd64', text: 'o' },
          { limit: 9 },
        ),
      ).toEqual([all[3]])
    })

    it('has the counts of each version of a source, and finds sources', async () => {
      const triggers = await filled()
      await triggers.index('id', '2', [perl(3, 0).triggeredBy('perl/5.40-2', 'perl-tk/1')], NO_LIMIT)
      const versions = await triggers.versions('perl', 10)
      expect(versions.toSorted((a, b) => (a.version < b.version ? -1 : 1))).toEqual([
        {
          version: '5.40-1',
          counts: { pass: 3, neutral: 1, 'no baseline': 1, 'not a regression': 1, regression: 2 },
        },
        { version: '5.40-2', counts: { pass: 1 } },
      ])
      expect(await triggers.versions('perl', 1)).toHaveLength(1)
      expect(await triggers.versions('migration-reference', 10)).toEqual([])
      expect(await triggers.sources('ERL', 10)).toEqual(['perl', 'perl-tk'])
      expect(await triggers.sources('%', 10)).toEqual([])
    })

    it('has what failed, newest first, by any filter', async () => {
      const triggers = await filled()
      await triggers.index(
        'id',
        '2',
        [
          perl(5, 16)
            .of('bad')
            .on('noble', 's390x')
            .triggeredBy('glibc/2.40', 'perl/5.40-1')
            .with({ version: 'unknown' }),
          perl(4, 4).of('bad').on('noble', 's390x').triggeredBy('a/1'),
        ],
        NO_LIMIT,
      )
      const find = async (filter: Partial<Parameters<typeof triggers.failures>[0]>, limit = 10) =>
        (await triggers.failures({ outcomes: ['regression'], ...filter }, limit)).map(
          one => `${one.trigger.source} ${one.package}`,
        )
      expect((await find({})).slice(0, 3).toSorted()).toEqual(['a bad', 'glibc bad', 'perl bad'])
      expect((await find({}))[3]).toBe('perl worse')
      expect((await find({}, 2)).toSorted()).toEqual(['glibc bad', 'perl bad'])
      expect(await find({ source: 'perl' })).toEqual(['perl bad', 'perl worse'])
      expect(await find({ package: 'worse' })).toEqual(['perl worse'])
      expect(await find({ package: 'bad', source: 'a' })).toEqual(['a bad'])
      const many = Array.from({ length: 40_000 }, (_, n) => `p${n}`)
      expect(await find({ packages: ['worse', ...many] })).toEqual(['perl worse'])
      expect((await find({ sources: ['a', 'glibc', ...many] })).toSorted()).toEqual(['a bad', 'glibc bad'])
      expect(await find({ packages: ['worse'], sources: ['a'] })).toEqual([])
      expect(await find({ packages: [] })).toEqual([])
      expect(await find({ onlyUnknown: true, source: 'glibc' })).toEqual(['glibc bad'])
      expect(await find({ exitcodes: [16, 99] })).toHaveLength(2)
      expect(await find({ from: '20260903', before: '20260905' })).toEqual(['a bad'])
      expect(await find({ arches: ['amd64'] })).toEqual([])
      expect(await find({ arches: ['amd64', 's390x'], release: 'noble' })).toHaveLength(4)
      expect(await find({ release: 'jammy' })).toEqual([])
      expect(await find({ outcomes: ['no baseline', 'not a regression'], release: 'jammy' })).toHaveLength(2)
      expect(await find({ outcomes: [] })).toEqual([])
    })
  })

  describe(`triggers on ${engine}: random histories`, () => {
    it.each([1, 2])(
      'come to what a naive calculation says, in any order and after removals (%i)',
      async seed => {
        const derived = await opened()
        const { runs, random } = randomHistory(seed, 5000)
        const current = new Map([
          ['p0', '2'],
          ['p1', '3'],
          ['p2', '1'],
        ])
        const currentOf = (test: { package: string }) => current.get(test.package)
        let known: Run[] = []
        const expectRight = async (when: string) => {
          const naive = naiveOutcomes(known, currentOf)
          expect(await kept(derived), when).toEqual(outcomeLines(naive))
        }
        const waiting = shuffled(runs, random)
        for (let step = 0; waiting.length > 0; step++) {
          const some = waiting.splice(0, 1 + Math.floor(random() * 400))
          // Some occur twice
          await derived.triggers.index('id', `${step}`, [...some, ...known.slice(0, 3)], currentOf)
          known = [...known, ...some]
          if (step % 4 === 1) {
            const gone = shuffled(known, random).slice(0, 40)
            await derived.remove(gone)
            known = known.filter(run => !gone.includes(run))
          }
          if (step % 5 === 2) {
            current.set(`p${step % 4}`, String(1 + Math.floor(random() * 4)))
            if (step % 2 === 0) current.delete('p1')
            for (let after: number | undefined = 0; after !== undefined; )
              after = await derived.triggers.refreshCurrent(currentOf, after, 7)
          }
          if (step % 8 === 0) await expectRight(`after step ${step}`)
        }
        await expectRight('at the end')
        await derived.remove(known.slice(0, 3000))
        known = known.slice(3000)
        await expectRight('after most were removed')
        await derived.remove(known)
        expect(await kept(derived)).toEqual([])
      },
    )

    it('come to it run for run', async () => {
      const derived = await opened()
      const { runs } = randomHistory(3, 300)
      for (const [index, run] of runs.entries()) {
        await derived.triggers.index('id', `${index}`, [run], NO_LIMIT)
        if (index % 10 === 9) {
          expect(await kept(derived)).toEqual(outcomeLines(naiveOutcomes(runs.slice(0, index + 1), NO_LIMIT)))
        }
      }
    })
  })
}
