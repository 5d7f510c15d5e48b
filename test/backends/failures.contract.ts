import { describe, expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { SignatureOrder } from '../../src/backends/derived/failures.ts'
import type { Failure } from '../../src/domain/log/failure/failure.ts'
import { soughtWords } from '../../src/domain/log/failure/search-words.ts'
import { SIGNATURE_RULES } from '../../src/domain/log/failure/signature.ts'
import type { Run } from '../../src/domain/run/run.ts'
import type { RunKey } from '../../src/domain/test/test.ts'
import { someDetails } from '../builders/details.ts'
import { aFailure } from '../builders/failures.ts'
import { aRun, type RunBuilder } from '../builders/run.ts'
import type { OpenedDerived } from './derived.contract.ts'

const NO_ROOM = 'OSError: [Errno 28] No space left on device'
const NO_SYMBOL = 'ld: undefined reference to ssl_begin'
const PAGE = { limit: 10, offset: 0 }

const keyOf = ({ release, arch, package: name, runId }: Run): RunKey => ({
  release,
  arch,
  package: name,
  runId,
})

/** The contract of every engine for failures. */
export function describeFailures(engine: string, open: () => Promise<OpenedDerived>): void {
  const openBeside = async () => {
    const opened = await open()
    onTestFinished(() => opened.derived.close())
    return opened
  }
  const openDerived = async () => (await openBeside()).derived
  /** A run whose details are known, with the findings in its log. */
  const keep = async (derived: Derived, run: Run, ...failures: readonly Failure[]) => {
    await derived.indexRuns('id', run.runId, [run])
    await derived.saveDetails(run, someDetails(), failures)
  }
  const fails = (derived: Derived, run: RunBuilder, text: string) =>
    keep(derived, run.failing(), aFailure(text))
  const listed = async (derived: Derived, order: SignatureOrder = 'latest', release?: string) =>
    (await derived.failures.list({ order, ...(release === undefined ? {} : { release }) }, PAGE)).map(
      one => one.text,
    )
  const found = async (derived: Derived, query: string) =>
    (await derived.failures.list({ order: 'latest', words: soughtWords(query) }, PAGE)).map(one => one.text)
  const addressOf = async (derived: Derived, run: Run) =>
    (await derived.failures.of(run))?.[0]?.signature?.address ?? ''

  describe(`derived on ${engine}: why runs failed`, () => {
    it('is kept with the details of a run, its own first', async () => {
      const derived = await openDerived()
      const run = aRun().failing()
      expect(await derived.failures.of(run)).toBeUndefined()
      const [first, second] = [aFailure(NO_ROOM, { test: 'one' }), aFailure(NO_SYMBOL, { test: 'two' })]
      await keep(derived, run, first, second)
      const kept = await derived.failures.of(run)
      expect(kept?.map(({ test, lines }) => ({ test, lines }))).toEqual(
        [first, second].map(({ test, lines }) => ({ test, lines })),
      )
      expect(kept?.[0]?.signature).toMatchObject({ text: first.signature, runs: 1, tests: 1 })
      expect(kept?.[0]?.signature?.address).toMatch(/^[0-9a-f]{16}$/)
      expect(await derived.details(run)).toEqual({ state: 'known', ...someDetails() })
    })

    it('is nothing where nobody looked, or nothing was found', async () => {
      const derived = await openDerived()
      const [passed, unread, silent] = [aRun(), aRun().failing(), aRun().failing()]
      await keep(derived, passed)
      await derived.saveDetails(unread, someDetails())
      await keep(derived, silent, { ...aFailure(''), lines: [], signature: '' })
      expect(await derived.failures.of(passed)).toEqual([])
      expect(await derived.failures.of(unread)).toBeUndefined()
      expect(await derived.failures.of(silent)).toEqual([
        { test: 'upstream', lines: [], rules: SIGNATURE_RULES, signature: undefined },
      ])
      expect(await derived.failures.firstOf([passed, unread, silent])).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect(await listed(derived)).toEqual([])
    })

    it('takes the place of what was found before', async () => {
      const derived = await openDerived()
      const run = aRun()
      await fails(derived, run, NO_ROOM)
      await fails(derived, run, NO_SYMBOL)
      expect((await derived.failures.of(run))?.length).toBe(1)
      expect(await listed(derived)).toEqual([NO_SYMBOL])
    })

    it('is the first line of each run of a list, by one query, in its order', async () => {
      const derived = await openDerived()
      const [a, b, c] = [aRun(), aRun().of('b').on('jammy', 's390x'), aRun()]
      await fails(derived, a, NO_ROOM)
      await fails(derived, b, NO_SYMBOL)
      const first = await derived.failures.firstOf([b, c, a, b])
      expect(first.map(one => one?.line.text)).toEqual([NO_SYMBOL, undefined, NO_ROOM, NO_SYMBOL])
      expect(first[0]?.address).toBe(await addressOf(derived, b))
      expect(first[0]?.test).toBe('upstream')
      expect(await derived.failures.firstOf([])).toEqual([])
    })

    it('is text, whatever it says', async () => {
      const derived = await openDerived()
      const run = aRun()
      await fails(derived, run, `it's "bad" \0 \ud800 ' OR 1=1 -- %s`)
      expect((await derived.failures.of(run))?.[0]?.lines[0]?.text).toContain(`it's "bad"`)
      expect(await found(derived, `"bad" ' OR`)).toHaveLength(1)
    })
  })

  describe(`derived on ${engine}: runs that fail in the same way`, () => {
    it('are counted in all, by release and by architecture, and with them their tests', async () => {
      const derived = await openDerived()
      const runs = [
        aRun(),
        aRun(),
        aRun().of('other'),
        aRun().on('noble', 'armhf'),
        aRun().on('jammy', 'armhf'),
      ] as const
      for (const run of runs) await fails(derived, run, NO_ROOM)
      const address = await addressOf(derived, runs[0])
      const ids = runs.map(run => run.runId)
      expect(await derived.failures.signature(address)).toEqual({
        ...{ address, text: aFailure(NO_ROOM).signature, runs: 5, tests: 4 },
        ...{ firstRun: ids[0], lastRun: ids[4] },
        places: [
          { release: 'jammy', arch: 'armhf', runs: 1, tests: 1, firstRun: ids[4], lastRun: ids[4] },
          { release: 'noble', arch: 'amd64', runs: 3, tests: 2, firstRun: ids[0], lastRun: ids[2] },
          { release: 'noble', arch: 'armhf', runs: 1, tests: 1, firstRun: ids[3], lastRun: ids[3] },
        ],
      })
      expect(await derived.failures.runsOf(address, { limit: 2, offset: 1 })).toEqual(
        [runs[3], runs[2]].map(keyOf),
      )
      expect(await derived.failures.signature('0123456789abcdef')).toBeUndefined()
      expect(await derived.failures.runsOf('0123456789abcdef', PAGE)).toEqual([])
    })

    it('are counted once a run, however many of its tests fail so, and whenever it is told', async () => {
      const derived = await openDerived()
      const [older, newer] = [aRun(), aRun()]
      await keep(derived, newer.failing(), aFailure(NO_ROOM, { test: 'a' }), aFailure(NO_ROOM, { test: 'b' }))
      await fails(derived, newer, NO_ROOM)
      await fails(derived, older, NO_ROOM)
      expect(await derived.failures.signature(await addressOf(derived, older))).toMatchObject({
        ...{ runs: 2, tests: 1, firstRun: older.runId, lastRun: newer.runId },
      })
    })

    it('are counted no more when they are removed', async () => {
      const derived = await openDerived()
      const [first, second, third] = [aRun(), aRun().on('noble', 'armhf'), aRun()]
      for (const run of [first, second, third]) await fails(derived, run, NO_ROOM)
      const address = await addressOf(derived, first)
      await derived.remove([third])
      expect(await derived.failures.signature(address)).toMatchObject({
        ...{ runs: 2, tests: 2, firstRun: first.runId, lastRun: second.runId },
      })
      await derived.remove([first])
      expect(await derived.failures.signature(address)).toMatchObject({
        ...{ runs: 1, tests: 1, firstRun: second.runId, lastRun: second.runId },
        places: [{ release: 'noble', arch: 'armhf', runs: 1 }],
      })
      await derived.remove([second])
      expect(await derived.failures.signature(address)).toBeUndefined()
      expect(await listed(derived)).toEqual([])
      expect(await found(derived, 'space')).toEqual([])
      expect(await derived.failures.of(second)).toBeUndefined()
    })

    it('go with everything else when the database is another one', async () => {
      const derived = await openDerived()
      const run = aRun()
      await fails(derived, run, NO_ROOM)
      await derived.indexRuns('another', '1', [aRun()])
      expect(await listed(derived)).toEqual([])
      expect(await found(derived, 'space')).toEqual([])
    })

    it('have another version of what is derived when one is kept', async () => {
      const derived = await openDerived()
      const run = aRun().failing()
      await keep(derived, run)
      const before = derived.version()
      await derived.failures.save(run, [aFailure(NO_ROOM)])
      await expect.poll(() => derived.version()).not.toBe(before)
    })
  })

  describe(`derived on ${engine}: ways of failing`, () => {
    it('are listed in each order, of one release or of all', async () => {
      const derived = await openDerived()
      const [old, mid] = ['first thing broke', 'second thing broke']
      const runs = [aRun(), aRun(), aRun().of('b'), aRun().of('c'), aRun().on('jammy', 'amd64'), aRun()]
      for (const [n, text] of [old, mid, mid, mid, NO_ROOM, old].entries())
        await fails(derived, runs[n] as RunBuilder, text)
      await fails(derived, aRun(), old)
      await fails(derived, aRun(), old)
      expect(await listed(derived, 'latest')).toEqual([old, aFailure(NO_ROOM).signature, mid])
      expect(await listed(derived, 'new')).toEqual([aFailure(NO_ROOM).signature, mid, old])
      expect(await listed(derived, 'runs')).toEqual([old, mid, aFailure(NO_ROOM).signature])
      expect(await listed(derived, 'tests')).toEqual([mid, aFailure(NO_ROOM).signature, old])
      expect(await listed(derived, 'latest', 'jammy')).toEqual([aFailure(NO_ROOM).signature])
      expect(await listed(derived, 'latest', 'trusty')).toEqual([])
      const [newest] = await derived.failures.list({ order: 'new' }, { limit: 1, offset: 0 })
      expect(newest).toMatchObject({ runs: 1, tests: 1, newest: keyOf(runs[4] as RunBuilder) })
      expect(await derived.failures.list({ order: 'new' }, { limit: 1, offset: 2 ** 53 })).toEqual([])
    })

    it('are found by the beginnings of their words, and by a line as it stands in a log', async () => {
      const derived = await openDerived()
      await fails(derived, aRun(), NO_ROOM)
      await fails(derived, aRun(), NO_SYMBOL)
      await fails(derived, aRun(), 'Überprüfung gescheitert: naïve')
      expect(await found(derived, 'undef')).toEqual([NO_SYMBOL])
      expect(await found(derived, 'DEVICE space')).toEqual([aFailure(NO_ROOM).signature])
      expect(await found(derived, 'space symbol')).toEqual([])
      expect(await found(derived, '2026-11-29 17:24:25,399 OSError: [Errno 99] No space left')).toHaveLength(
        1,
      )
      expect(await found(derived, 'überprüf')).toHaveLength(1)
      expect(await found(derived, '* "')).toEqual([])
      expect(await found(derived, `* OR "x' & !a:b <-> ( )`)).toEqual([])
    })
  })

  describe(`derived on ${engine}: logs that are to be read again`, () => {
    const SINCE = '20260101_000000'

    it('are those of failed runs whose details were kept before, newest first', async () => {
      const derived = await openDerived()
      const [a, b, passed, done, ancient, waits] = [
        aRun().failing(),
        aRun().tmpfailing().of('b'),
        aRun(),
        aRun().failing(),
        aRun().failing().named('20200101_000000_abcde@'),
        aRun().failing(),
      ]
      await derived.indexRuns('id', '1', [a, b, passed, done, ancient, waits])
      for (const run of [a, b, passed, ancient]) await derived.saveDetails(run, someDetails())
      await derived.saveDetails(done, someDetails(), [])
      expect(await derived.failures.progress()).toMatchObject({ waiting: 0, total: 0 })
      await derived.failures.readAgainSince(SINCE)
      expect(await derived.failures.toRead(10)).toEqual([b, a].map(keyOf))
      expect(await derived.failures.progress()).toMatchObject({ waiting: 2, total: 2 })

      await derived.failures.save(b, [aFailure(NO_ROOM)])
      await derived.failures.readAgainSince('20260201_000000')
      expect(await derived.failures.toRead(10)).toEqual([keyOf(a)])
      expect(await derived.failures.progress()).toMatchObject({ waiting: 1, total: 2 })
      expect(await listed(derived)).toEqual([aFailure(NO_ROOM).signature])

      await derived.failures.save(a, undefined)
      expect(await derived.failures.progress()).toMatchObject({ waiting: 0, total: 2 })
      expect(await derived.failures.of(a)).toBeUndefined()
      // Further back than before: what is already known stays known
      await derived.failures.readAgainSince('20190101_000000')
      expect(await derived.failures.toRead(10)).toEqual([a, ancient].map(keyOf))
    })

    it('are all of them again when the rules are others', async () => {
      const { derived, prefix, run: beside } = await openBeside()
      const run = aRun()
      await fails(derived, run, NO_ROOM)
      await derived.failures.readAgainSince(SINCE)
      expect(await derived.failures.toRead(10)).toEqual([])
      await beside(`UPDATE ${prefix}failure_progress SET rules = -1`)
      await beside(`UPDATE ${prefix}detail SET failure_rules = -1`)
      expect((await derived.failures.progress()).begun).toBe(false)
      expect((await derived.failures.of(run))?.[0]?.rules).toBe(-1)
      await derived.failures.readAgainSince(SINCE)
      expect((await derived.failures.progress()).begun).toBe(true)
      expect(await derived.failures.toRead(10)).toEqual([keyOf(run)])
      await derived.failures.save(run, [aFailure(NO_SYMBOL)])
      expect(await listed(derived)).toEqual([NO_SYMBOL])
    })

    it('are not those of runs that were removed meanwhile', async () => {
      const derived = await openDerived()
      const run = aRun().failing()
      await derived.indexRuns('id', '1', [run])
      await derived.saveDetails(run, someDetails())
      await derived.failures.readAgainSince(SINCE)
      await derived.remove([run])
      expect(await derived.failures.toRead(10)).toEqual([])
      expect(await derived.failures.progress()).toMatchObject({ waiting: 0, total: 1 })
      await derived.failures.save(run, [aFailure(NO_ROOM)])
      expect(await listed(derived)).toEqual([])
    })
  })

  describe(`derived on ${engine}: old failures`, () => {
    it('go, but each test’s newest, and since when there are such stays known', async () => {
      const derived = await openDerived()
      const [a, b, c] = ['2023-01-01T00:00:00', '2023-02-01T00:00:00', '2023-03-01T00:00:00'].map(time =>
        aRun().endedAt(time),
      ) as [RunBuilder, RunBuilder, RunBuilder]
      const other = aRun().of('other').endedAt('2022-01-01T00:00:00')
      for (const run of [a, b, c, other]) await fails(derived, run, NO_ROOM)
      const address = await addressOf(derived, a)
      expect(await derived.failures.prune('20240101', 1)).toBe(true)
      while (await derived.failures.prune('20240101', 1));
      expect((await derived.failures.of(a)) ?? []).toEqual([])
      expect(await derived.failures.runsOf(address, PAGE)).toEqual([c, other].map(keyOf))
      expect(await derived.failures.signature(address)).toMatchObject({
        ...{ runs: 2, tests: 2, firstRun: other.runId, lastRun: c.runId },
        places: [{ arch: 'amd64', runs: 2, firstRun: other.runId }],
      })
      await fails(derived, aRun().of('other'), NO_SYMBOL)
      await derived.failures.prune('20240101', 10)
      expect(await derived.failures.signature(address)).toMatchObject({ runs: 1, firstRun: other.runId })
    })
  })
}
