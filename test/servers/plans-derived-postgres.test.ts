import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deriveAll } from '../../scripts/generate/derive.ts'
import { makeRuns } from '../../scripts/generate/runs.ts'
import { makeWorld } from '../../scripts/generate/world.ts'
import type { Derived } from '../../src/backends/derived/derived.ts'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { SIGNATURE_RULES } from '../../src/domain/log/failure/signature.ts'
import type { Run } from '../../src/domain/run/run.ts'
import type { TestKey } from '../../src/domain/test/test.ts'
import {
  MIGRATION_REFERENCE,
  parseTrigger,
  splitTriggers,
  type Trigger,
} from '../../src/domain/trigger/trigger.ts'
import { silentLog } from '../../src/log.ts'
import { aNote, aNotedFailure, BY_JOE } from '../builders/note.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

const ROWS = 10_000
const WITH_DETAILS = 1500
const NOTES = 1000
/** Rows that one question for a hundred may fetch from a table. */
const MOST_FETCHED = 1500
const PAGE = { limit: 100, offset: 0 }

/** What is one row, or does not grow with every run: read whole where that is cheaper. */
const SMALL = /progress$|^release_arch$|^requester$|^test$|^migration$|^lock|^stamp/

interface Touched {
  readonly relname: string
  /** How often it was read from one end to the other, where no index would do. */
  readonly scans: number
  readonly fetched: number
}

/** Asks the engine itself, and PostgreSQL's own counters for what that touched. */
describeWith(['postgres'], 'what is asked of PostgreSQL about failures, triggers and notes', () => {
  let url: string
  let client: Client
  let run: Run
  let trigger: Trigger & { readonly at: TestKey }
  let lastDay: string
  let address: string
  beforeAll(async () => {
    url = (await freshDatabase()).url
    const results = await postgresResults({ url, mirror: join('/nonexistent', 'mirror.db'), log: silentLog })
    const derived = await postgresDerived({ url, log: silentLog })
    const world = makeWorld({
      seed: 7,
      packages: 400,
      releases: ['jammy', 'noble'],
      arches: ['amd64', 's390x'],
    })
    const runs = [...makeRuns(world, { count: ROWS, years: 1, end: new Date() })]
    for (let from = 0; from < runs.length; from += 5000) await results.record(runs.slice(from, from + 5000))
    await deriveAll(results, derived, WITH_DETAILS)
    const [most] = await derived.failures.list({ order: 'runs' }, { limit: 1, offset: 0 })
    address = most?.address as string
    run = (await results.run(most?.newest as Run)) as Run
    trigger = mostFrequent(runs)
    lastDay = runs
      .map(one => one.runId)
      .toSorted()
      .at(-300) as string
    await derived.close()
    await results.close()
    await leaveNotes(url, runs)
    client = new Client({ connectionString: url })
    await client.connect()
    await client.query('VACUUM ANALYZE')
    // Tables of a test are so small that reading them whole is cheap: what no index serves is seen all the same
    await client.query(`ALTER DATABASE "${new URL(url).pathname.slice(1)}" SET enable_seqscan = off`)
  }, 1_200_000)
  afterAll(() => client?.end())

  const touched = async (): Promise<Map<string, Touched>> => {
    // A connection tells what it did when it ends
    const others = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`
    while ((await client.query(others)).rowCount !== 0);
    const { rows } = await client.query<Touched>(
      `SELECT relname, seq_scan::int AS scans, coalesce(idx_tup_fetch, 0)::int AS fetched FROM pg_stat_user_tables`,
    )
    return new Map(rows.map(row => [row.relname, row]))
  }

  const expectBounded = async (name: string, ask: () => Promise<unknown>, most = MOST_FETCHED) => {
    const before = await touched()
    await ask()
    for (const [table, { scans, fetched }] of await touched()) {
      if (SMALL.test(table)) continue
      expect(scans - (before.get(table)?.scans ?? 0), `${name}: ${table} is read whole`).toBe(0)
      expect(fetched - (before.get(table)?.fetched ?? 0), `${name}: rows of ${table}`).toBeLessThan(most)
    }
  }
  const derivedAnswers = async (work: (derived: Derived) => Promise<unknown>) => {
    const derived = await postgresDerived({ url, log: silentLog })
    // A question that finds nothing shows nothing
    const answer = await work(derived).finally(() => derived.close())
    expect(answer, String(work)).not.toEqual([])
    expect(answer, String(work)).toBeDefined()
  }
  const all = async (questions: Readonly<Record<string, (derived: Derived) => Promise<unknown>>>) => {
    for (const [name, ask] of Object.entries(questions)) await expectBounded(name, () => derivedAnswers(ask))
  }

  it('reads failures by an index, and no more than a page needs', async () => {
    await all({
      'of a run': ({ failures }) => failures.of(run),
      'first of runs': ({ failures }) => failures.firstOf([run]),
      'a way of failing': ({ failures }) => failures.signature(address),
      'its runs': ({ failures }) => failures.runsOf(address, PAGE),
      'its runs, a page further': ({ failures }) => failures.runsOf(address, { limit: 5, offset: 1 }),
      latest: ({ failures }) => failures.list({ order: 'latest' }, PAGE),
      'new': ({ failures }) => failures.list({ order: 'new' }, PAGE),
      'by runs': ({ failures }) => failures.list({ order: 'runs' }, PAGE),
      'by tests': ({ failures }) => failures.list({ order: 'tests' }, PAGE),
      'latest of a release': ({ failures }) => failures.list({ order: 'latest', release: run.release }, PAGE),
      'by tests of a release': ({ failures }) =>
        failures.list({ order: 'tests', release: run.release }, PAGE),
      'by words': ({ failures }) => failures.list({ order: 'latest', words: ['error', 'open'] }, PAGE),
      'of another rule': async ({ failures }) => [await failures.prune('2000', 100)],
      'to read again': async ({ failures }) => [await failures.toRead(100)],
      details: derived => derived.details(run),
      'subtests of runs': derived => derived.subtestsOf([run]),
    })
  })

  it('reads triggers by an index, and no more than a page needs', async () => {
    const { release, arch } = trigger.at
    await all({
      versions: ({ triggers }) => triggers.versions(trigger.source, 100),
      counts: ({ triggers }) => triggers.counts(trigger),
      packages: ({ triggers }) => triggers.packages(trigger, {}, { limit: 50 }),
      'packages of an arch': ({ triggers }) => triggers.packages(trigger, { release, arch }, { limit: 50 }),
      outcomes: async ({ triggers }) => {
        const some = await triggers.packages(trigger, {}, { limit: 50 })
        return triggers.outcomesOf(
          trigger,
          some.map(one => one.package),
        )
      },
      tests: ({ triggers }) => triggers.tests(trigger, {}, { limit: 100 }),
    })
  })

  it('reads regressions by an index, and no more than a page needs', async () => {
    const outcomes = ['regression', 'no baseline', 'not a regression'] as const
    await all({
      all: ({ triggers }) => triggers.failures({ outcomes }, 100),
      'of a test': async ({ triggers }) => {
        const [newest] = await triggers.failures({ outcomes }, 1)
        return triggers.failures({ outcomes, package: newest?.package }, 100)
      },
      'of a source': ({ triggers }) => triggers.failures({ outcomes, source: trigger.source }, 100),
      'of a release in a day': ({ triggers }) =>
        triggers.failures({ outcomes, release: run.release, from: lastDay }, 100),
    })
  })

  it('reads flakes and news by an index, and no more than a page needs', async () => {
    const { release, arch } = run
    await all({
      'of tests': ({ steadiness }) => steadiness.of([run]),
      'newest flakes': ({ steadiness }) => steadiness.list({ order: 'newest' }, PAGE),
      'most flakes': ({ steadiness }) => steadiness.list({ order: 'flakes', release }, PAGE),
      'time of retries': ({ steadiness }) => steadiness.list({ order: 'time', arch }, PAGE),
      'latest news': ({ news }) => news.latest({}, 50),
      'news of a release': ({ news }) => news.latest({ release }, 50),
      'news since': ({ news }) => news.since({}, 0, 50),
    })
  })

  it('reads notes by an index, and no more than a page needs', async () => {
    const asked = async (
      ask: (notes: Awaited<ReturnType<typeof postgresState>>['notes']) => Promise<unknown[]>,
    ) => {
      const state = await postgresState({ url, log: silentLog })
      const answer = await ask(state.notes).finally(() => state.close())
      expect(answer, String(ask)).not.toEqual([])
    }
    const failure = aNotedFailure(doorNumber(7))
    const page = { limit: 100 }
    for (const [name, ask] of Object.entries<Parameters<typeof asked>[0]>({
      'at failures': notes => notes.atFailures([failure.address]),
      'of a package': notes => notes.ofPackage('hello'),
      all: notes => notes.list({}, page),
      'of an author': notes => notes.list({ author: 'joe' }, page),
      'open ones of a package': notes => notes.list({ package: 'hello', state: 'open' }, page),
      'at a way of failing': notes => notes.list({ signature: failure.address }, page),
      'until a pass': notes => notes.untilPass({ limit: 100, after: '' }),
      'of older rules': notes => notes.ofOtherRules(SIGNATURE_RULES, 100),
    }))
      await expectBounded(name, () => asked(ask))
  })
})

/** The trigger of an upload that most runs have, with a test of one of them. */
function mostFrequent(runs: readonly Run[]): Trigger & { readonly at: TestKey } {
  const by = new Map<string, Run[]>()
  for (const run of runs)
    for (const text of splitTriggers(run.triggers)) by.set(text, [...(by.get(text) ?? []), run])
  by.delete(MIGRATION_REFERENCE)
  const [[most, its]] = [...by].sort(([, a], [, b]) => b.length - a.length) as [[string, Run[]]]
  return { ...(parseTrigger(most) as Trigger), at: its[0] as Run }
}

/** A line of a failure of its own: digits would be taken out of it. */
const doorNumber = (number: number): string =>
  `cannot open the door ${number.toString(8).replace(/\d/g, digit => 'abcdefgh'.charAt(Number(digit)))}`

/** By many people, at many packages and failures; joe's are few. */
async function leaveNotes(url: string, runs: readonly Run[]): Promise<void> {
  const state = await postgresState({ url, log: silentLog })
  for (let number = 0; number < NOTES; number++) {
    const { package: name, release, arch, runId } = runs[number % runs.length] as Run
    const failure = {
      ...aNotedFailure(doorNumber(number)),
      rules: number < 10 ? 0 : SIGNATURE_RULES,
    }
    const note =
      number % 50 === 0
        ? aNote()
        : aNote({
            kind: 'failure',
            package: name,
            test: { release, arch },
            runId,
            failure,
            untilPass: number % 3 === 0,
          })
    const by = number % 100 === 0 ? BY_JOE : { ...BY_JOE, requester: `person${number % 300}` }
    await state.notes.add(note, by, new Date())
  }
  await state.close()
}
