import { describe, expect, it, onTestFinished } from 'vitest'
import type { Results } from '../../src/backends/results/results.ts'
import { BadInput } from '../../src/domain/errors.ts'
import { aRun } from '../builders/run.ts'

/** The contract of every engine of {@link Results}. `open` gives an empty database of its own. */
export function describeResults(engine: string, open: () => Promise<Results>): void {
  const openResults = async (): Promise<Results> => {
    const results = await open()
    onTestFinished(() => results.close())
    return results
  }

  describe(`results on ${engine}: recording`, () => {
    it('gives back every column of a run as it was recorded', async () => {
      const results = await openResults()
      const run = aRun()
        .of('libxml2', '2.9.14+dfsg-1.3')
        .on('jammy', 's390x')
        .triggeredBy('libxml2/2.9.14+dfsg-1.3', 'glibc/2.39')
        .by('joe')
        .lasting(4871)
        .allProposed()
        .ofTestname('smoke')
        .exiting(14)
      expect(await results.record([run])).toEqual([run])
      expect(await results.run(run)).toEqual(run)
    })

    it('keeps NULL, empty and negative values apart', async () => {
      const results = await openResults()
      const bare = aRun().with({
        version: null,
        triggers: null,
        duration: null,
        exitcode: null,
        requester: null,
        env: null,
      })
      const killed = aRun().with({ version: '', triggers: '', exitcode: -15, requester: '' })
      await results.record([bare, killed])
      expect(await results.run(bare)).toEqual(bare)
      expect(await results.run(killed)).toEqual(killed)
    })

    it('records each run once, whether it comes again in the same batch or later', async () => {
      const results = await openResults()
      const run = aRun()
      const other = aRun()
      expect(await results.record([run, run.failing(), other])).toEqual([run, other])
      expect(await results.record([other.failing(), run])).toEqual([])
      expect(await results.run(run)).toEqual(run)
      expect(await results.history(run, { limit: 10 })).toEqual([other, run])
    })

    it('records a thousand runs of many tests at once', async () => {
      const results = await openResults()
      const runs = Array.from({ length: 1000 }, (_, n) =>
        aRun()
          .of(`package-${n % 300}`)
          .on('noble', `arch${n % 7}`),
      )
      expect(await results.record(runs)).toHaveLength(1000)
      expect(await results.runs(runs)).toEqual(runs)
    })

    it('records nothing of a batch with a run that cannot be kept, and names it', async () => {
      const results = await openResults()
      const good = aRun()
      const bad = aRun().of('x'.repeat(5000))
      await expect(results.record([good, bad])).rejects.toThrow(BadInput)
      await expect(
        results.record([
          good,
          aRun()
            .of('wrong')
            .exiting(2 ** 40),
        ]),
      ).rejects.toThrow(/wrong/)
      expect(await results.run(good)).toBeUndefined()
    })

    it('keeps text that holds NUL, quotes and any script', async () => {
      const results = await openResults()
      const run = aRun()
        .triggeredBy("o'hara/1", '"; DROP TABLE result; --')
        .by('ὕβρις 🠉')
        .with({ version: 'a\0b' })
      await results.record([run])
      expect(await results.run(run)).toEqual(run.with({ version: 'a\uFFFDb' }))
    })

    it('says which runs have no row', async () => {
      const results = await openResults()
      const [known, unknown] = [aRun(), aRun()]
      await results.record([known])
      const elsewhere = known.on('noble', 'arm64')
      expect(await results.unknownOf([unknown, known, elsewhere])).toEqual([unknown, elsewhere])
      expect(await results.unknownOf([])).toEqual([])
    })
  })

  describe(`results on ${engine}: reading`, () => {
    it('finds no run under the id of another test', async () => {
      const results = await openResults()
      const run = aRun()
      await results.record([run])
      expect(await results.run(run.on('noble', 'arm64'))).toBeUndefined()
      expect(await results.run(run.named('20000101_000000@'))).toBeUndefined()
    })

    it('gives the neighbours of a run within its test, by run id as text', async () => {
      const results = await openResults()
      const first = aRun().named('20140412_101112@')
      const second = aRun().named('20260902_101112_abcde@')
      const odd = aRun().named('not-a-date@')
      await results.record([odd, second, first, aRun().of('other').named('20200101_000000_00000@')])
      expect(await results.neighbours(second)).toEqual({ previous: first, next: odd })
      expect(await results.neighbours(first)).toEqual({ previous: undefined, next: second })
      expect(await results.neighbours(odd)).toEqual({ previous: second, next: undefined })
    })

    it('gives the newest run of each release and arch of a package', async () => {
      const results = await openResults()
      const old = aRun().on('noble', 'amd64')
      const amd64 = aRun().on('noble', 'amd64').failing()
      const arm64 = aRun().on('noble', 'arm64')
      const jammy = aRun().on('jammy', 'amd64')
      await results.record([amd64, old, arm64, jammy, aRun().of('other')])
      expect(await results.newestRuns('hello')).toEqual([jammy, amd64, arm64])
      expect(await results.newestRuns('unknown')).toEqual([])
    })

    it('pages through a history from either side, newest first', async () => {
      const results = await openResults()
      const runs = Array.from({ length: 5 }, () => aRun())
      const [a, b, c, d, e] = runs as [(typeof runs)[0], ...typeof runs]
      await results.record(runs)
      expect(await results.history(a, { limit: 2 })).toEqual([e, d])
      expect(await results.history(a, { limit: 2, before: d?.runId ?? '' })).toEqual([c, b])
      expect(await results.history(a, { limit: 2, after: b?.runId ?? '' })).toEqual([d, c])
      expect(await results.history(a.on('noble', 'arm64'), { limit: 2 })).toEqual([])
    })

    it('gives the newest runs of all tests by run id as text, whatever came in last', async () => {
      const results = await openResults()
      const old = aRun().of('z').named('20140412_101112@')
      const middle = aRun().of('a').named('20260902_101112_0abcd@')
      const newest = aRun().of('m').named('20260902_101112_abcde@')
      const odd = aRun().named('not-a-date@')
      await results.record([newest, odd, old, middle])
      expect(await results.newest({ limit: 10, offset: 0 })).toEqual([odd, newest, middle, old])
      expect(await results.newest({ limit: 2, offset: 1 })).toEqual([newest, middle])
    })

    it('is empty beyond the end, however far', async () => {
      const results = await openResults()
      await results.record([aRun(), aRun()])
      expect(await results.newest({ limit: 10, offset: 2 })).toEqual([])
      expect(await results.newest({ limit: 10, offset: Number.MAX_SAFE_INTEGER })).toEqual([])
      expect(await results.newest({ limit: 10, offset: 2 ** 63 })).toEqual([])
    })

    it('gives the rows of a list of keys in the order of the list', async () => {
      const results = await openResults()
      const [a, b, c] = [aRun().of('b'), aRun().of('a'), aRun().of('c')]
      await results.record([a, b, c])
      expect(await results.runs([c, aRun(), a, b])).toEqual([c, a, b])
      expect(await results.runs([])).toEqual([])
    })

    it('lists packages, and pairs of release and arch, as soon as they have a test', async () => {
      const results = await openResults()
      expect(await results.packageNames()).toEqual([])
      expect(await results.testedPairs()).toEqual([])
      await results.record([aRun().of('zsh').on('noble', 'amd64'), aRun().of('0ad').on('noble', 'amd64')])
      expect(await results.testedPairs()).toEqual([{ release: 'noble', arch: 'amd64' }])
      await results.record([aRun().of('zsh').on('jammy', 'arm64'), aRun().of('Zsh').on('noble', 'arm64')])
      expect(await results.packageNames()).toEqual(['0ad', 'Zsh', 'zsh'])
      expect(await results.testedPairs()).toEqual([
        { release: 'jammy', arch: 'arm64' },
        { release: 'noble', arch: 'amd64' },
        { release: 'noble', arch: 'arm64' },
      ])
    })

    it('tells how long the newest runs of several tests took, those that never ran left out', async () => {
      const results = await openResults()
      const a = aRun().of('alpha')
      const [first, second, third] = [
        a.lasting(10),
        aRun().of('alpha').lasting(20),
        aRun().of('alpha').lasting(30),
      ]
      const broken = aRun().of('alpha').lasting(99).exiting(16)
      const beta = aRun().of('beta').lasting(5).with({ duration: null })
      await results.record([first, second, third, broken, beta])
      const nobody = { ...beta, package: 'nobody' }
      expect(await results.durations([beta, first, nobody], 40)).toEqual([[], [30, 20, 10], []])
      expect(await results.durations([first], 2)).toEqual([[30]])
      expect(await results.durations([], 2)).toEqual([])
    })
  })

  describe(`results on ${engine}: following`, () => {
    it('gives every row once, in the order in which they came in, in steps', async () => {
      const results = await openResults()
      const runs = [aRun().of('c'), aRun().of('a'), aRun().of('b')]
      await results.record(runs.slice(0, 2))
      const first = await results.since(undefined, 1)
      expect(first.runs).toEqual([runs[0]])
      await results.record(runs.slice(2))
      const rest = await results.since(first.position, 10)
      expect(rest.runs).toEqual(runs.slice(1))
      expect(await results.since(rest.position, 10)).toEqual({ runs: [], position: rest.position })
    })

    it('has no position while it is empty, and begins again after one that it does not know', async () => {
      const results = await openResults()
      expect(await results.since(undefined, 10)).toEqual({ runs: [], position: undefined })
      expect(await results.since('4711 1 20260101_000000_abcde@', 10)).toEqual({
        runs: [],
        position: undefined,
      })
      const run = aRun()
      await results.record([run])
      expect((await results.since('nonsense', 10)).runs).toEqual([run])
    })

    it('has another version after a row came in, and the same one after none did', async () => {
      const results = await openResults()
      const empty = results.version()
      await results.record([aRun()])
      await expect.poll(() => results.version()).not.toBe(empty)
      const before = results.version()
      await results.newest({ limit: 1, offset: 0 })
      expect(results.version()).toBe(before)
      await results.record([aRun()])
      await expect.poll(() => results.version()).not.toBe(before)
    })

    it('calls back after a row came in, until it is told to stop', async () => {
      const results = await openResults()
      let calls = 0
      const stop = results.onChange(() => calls++)
      await results.record([aRun()])
      await expect.poll(() => calls, { timeout: 3000 }).toBe(1)
      stop()
      await results.record([aRun()])
      await new Promise(resolve => setTimeout(resolve, 600))
      expect(calls).toBe(1)
    })

    it('has an id that names a queue', async () => {
      const results = await openResults()
      const id = await results.id()
      expect(id).toMatch(/^[0-9a-f]{8}$/)
      expect(await results.id()).toBe(id)
    })
  })

  describe(`results on ${engine}: statistics`, () => {
    it('counts packages and runs of the releases that were asked for', async () => {
      const results = await openResults()
      await results.record([
        aRun().of('a').passing(),
        aRun().of('a').failing(),
        aRun().of('b').neutral(),
        aRun().of('c').tmpfailing(),
        aRun().of('c').with({ exitcode: null }),
        aRun().of('a').on('noble', 'arm64').exiting(2),
        aRun().of('a').on('jammy', 'arm64'),
      ])
      const rows = await results.statistics({ releases: ['noble'] })
      expect(rows.toSorted((a, b) => (a.arch < b.arch ? -1 : 1))).toEqual([
        { release: 'noble', arch: 'amd64', numpkgs: 3, numpkgspass: 2, passruns: 2, failruns: 3 },
        { release: 'noble', arch: 'arm64', numpkgs: 1, numpkgspass: 1, passruns: 1, failruns: 0 },
      ])
    })

    it('leaves out runs with a trigger that the archive has in another version', async () => {
      const results = await openResults()
      await results
        .currentVersions()
        .refresh(NOBLE_MAIN, 'Sun, 01 Nov 2026 00:00:00 GMT', [
          { release: 'noble', pocket: 'noble', component: 'main', package: 'glibc', version: '2.39-2' },
        ])
      await results.record([
        aRun().of('a').triggeredBy('glibc/2.39-1', 'unknown/1'),
        aRun().of('b').triggeredBy('unknown/1', 'glibc/2.39-2'),
        aRun().of('c').triggeredBy('migration-reference/0'),
        aRun().of('d').with({ triggers: null }),
        aRun().of('e').on('jammy', 'amd64').triggeredBy('glibc/2.35-0'),
      ])
      const rows = await results.statistics({ releases: ['noble', 'jammy'] })
      expect(rows.map(row => [row.release, row.numpkgs]).toSorted()).toEqual([
        ['jammy', 1],
        ['noble', 3],
      ])
    })

    it('stops when it is told to', async () => {
      const results = await openResults()
      await expect(
        results.statistics({ releases: [], signal: AbortSignal.abort(new Error('enough')) }),
      ).rejects.toThrow('enough')
    })
  })

  describe(`results on ${engine}: machine time`, () => {
    it('is summed by what and who asked for it, of runs since a moment', async () => {
      const results = await openResults()
      const at = (day: string) => `202611${day}_120000_abcde@`
      await results.record([
        aRun()
          .of('a')
          .triggeredBy('x/1')
          .with({ runId: at('20'), duration: 100, requester: 'joe' }),
        aRun()
          .of('a')
          .triggeredBy('x/1')
          .with({ runId: at('21'), duration: 50, requester: null }),
        aRun()
          .of('b')
          .on('noble', 'arm64')
          .triggeredBy('x/1', 'y/2')
          .with({ runId: at('21'), duration: 30 }),
        aRun()
          .of('b')
          .on('noble', 'arm64')
          .with({ runId: at('22'), duration: null, triggers: null }),
        aRun()
          .of('a')
          .triggeredBy('x/1')
          .with({ runId: at('10'), duration: 9000, requester: 'joe' }),
      ])
      const rows = await results.machineTime({ since: new Date('2026-11-20T12:00:00Z') })
      const of = (kind: string) => rows.filter(row => row.kind === kind).map(({ kind: _, ...row }) => row)
      expect(of('arch')).toEqual([
        { name: 'amd64', runs: 2, seconds: 150 },
        { name: 'arm64', runs: 1, seconds: 30 },
      ])
      expect(of('package').map(({ name, seconds }) => [name, seconds])).toEqual([
        ['a', 150],
        ['b', 30],
      ])
      expect(of('requester').find(({ name }) => name === 'joe')).toEqual({
        name: 'joe',
        runs: 1,
        seconds: 100,
      })
      expect(of('triggers').map(({ name, runs }) => [name, runs])).toEqual([
        ['x/1', 2],
        ['x/1 y/2', 1],
      ])
    })
  })

  describe(`results on ${engine}: itself`, () => {
    it('finds nothing wrong, answers, and takes up room', async () => {
      const results = await openResults()
      await results.record([aRun()])
      expect(await results.check()).toEqual([])
      expect(await results.state()).toEqual({ ok: true })
      expect(await results.size()).toBeGreaterThan(10_000)
    })
  })
}

const NOBLE_MAIN = 'http://archive.invalid/ubuntu/dists/noble/main/source/Sources.gz'
