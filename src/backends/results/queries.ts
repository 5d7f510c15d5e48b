import { type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'
import { NEVER_RAN } from '../../domain/run/usual-duration.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'
import { builtOnce } from '../sql/build-once.ts'
import type { SqlEngine } from '../sql/migrations.ts'
import { queryBuilder } from '../sql/query-builder.ts'
import { type KeyLists, keyLists, keyTable } from '../sql/run-keys.ts'
import type { HistoryPage, TestPage } from './results.ts'

/** The tables as they are published; `rowid` counts rows in the order of their arrival, on both engines. */
export interface ResultsTables {
  test: { id: number; release: string; arch: string; package: string }
  result: {
    rowid: number
    test_id: number
    run_id: string
    version: string | null
    triggers: string | null
    duration: number | null
    exitcode: number | null
    requester: string | null
    env: string | null
  }
}

type Db = Kysely<ResultsTables>

const TEST_COLUMNS = ['t.release', 't.arch', 't.package'] as const
const RESULT_COLUMNS = [
  'r.run_id as runId',
  'r.version',
  'r.triggers',
  'r.duration',
  'r.exitcode',
  'r.requester',
  'r.env',
] as const

const DURATIONS_AS_JSON: Record<SqlEngine, RawBuilder<string | null>> = {
  sqlite: sql`json_group_array(newest.duration)`,
  postgres: sql`json_agg(newest.duration)::text`,
}

/**
 * Every reading query over results, written once. A cross join keeps SQLite from reading the big table first;
 * for PostgreSQL it is an inner join. A test checks the index in the plan of each query.
 */
export function resultsQueries(engine: SqlEngine) {
  const db: Db = queryBuilder<ResultsTables>(engine, 'results')
  const testId = (test: TestKey) =>
    db
      .selectFrom('test')
      .select('id')
      .where('package', '=', test.package)
      .where('release', '=', test.release)
      .where('arch', '=', test.arch)
  const ofTest = (test: TestKey) => db.selectFrom('result as r').where('r.test_id', '=', testId(test))
  const historyOf = (test: TestKey, page: HistoryPage) =>
    ofTest(test).select(RESULT_COLUMNS).limit(page.limit)
  /** The row of each key in `k`, if there is one. */
  const listed = (keys: KeyLists) =>
    db
      .selectFrom(keyTable[engine](keys).as('k'))
      .crossJoin('test as t')
      .crossJoin('result as r')
      .whereRef('t.package', '=', 'k.package')
      .whereRef('t.release', '=', 'k.release')
      .whereRef('t.arch', '=', 'k.arch')
      .whereRef('r.test_id', '=', 't.id')
      .whereRef('r.run_id', '=', 'k.runId')

  const newestFirst = builtOnce((of: TestKey & HistoryPage) =>
    historyOf(of, of).orderBy('r.run_id', 'desc').compile(),
  )
  const before = builtOnce((of: TestKey & HistoryPage & { before: string }) =>
    historyOf(of, of).where('r.run_id', '<', of.before).orderBy('r.run_id', 'desc').compile(),
  )
  const after = builtOnce((of: TestKey & HistoryPage & { after: string }) =>
    historyOf(of, of).where('r.run_id', '>', of.after).orderBy('r.run_id').compile(),
  )

  const runs = builtOnce((keys: KeyLists) =>
    listed(keys).select(TEST_COLUMNS).select(RESULT_COLUMNS).orderBy('k.ord').compile(),
  )
  const known = builtOnce((keys: KeyLists) => listed(keys).select('k.ord').compile())

  return {
    run: builtOnce((key: RunKey) =>
      ofTest(key).where('r.run_id', '=', key.runId).select(RESULT_COLUMNS).compile(),
    ),

    history(test: TestKey, page: HistoryPage) {
      if (page.after !== undefined) return after({ ...test, ...page, after: page.after })
      if (page.before !== undefined) return before({ ...test, ...page, before: page.before })
      return newestFirst({ ...test, ...page })
    },

    newestRuns: builtOnce((of: { readonly package: string }) =>
      db
        .selectFrom('test as t')
        .crossJoin('result as r')
        .where('t.package', '=', of.package)
        .whereRef('r.test_id', '=', 't.id')
        .where('r.run_id', '=', eb =>
          eb
            .selectFrom('result as newer')
            .whereRef('newer.test_id', '=', 't.id')
            .select(newer => newer.fn.max('newer.run_id').as('run_id')),
        )
        .select(TEST_COLUMNS)
        .select(RESULT_COLUMNS)
        .orderBy('t.release')
        .orderBy('t.arch')
        .compile(),
    ),

    /** Rows before the offset are skipped in the index alone; only those of the page are looked up. */
    newest: builtOnce((page: { limit: number; offset: number }) =>
      db
        .selectFrom(
          db
            .selectFrom('result')
            .select('rowid')
            .orderBy('run_id', 'desc')
            .orderBy('rowid')
            .limit(page.limit)
            .offset(page.offset)
            .as('page'),
        )
        .crossJoin('result as r')
        .crossJoin('test as t')
        .whereRef('r.rowid', '=', 'page.rowid')
        .whereRef('t.id', '=', 'r.test_id')
        .select(TEST_COLUMNS)
        .select(RESULT_COLUMNS)
        .orderBy('r.run_id', 'desc')
        .orderBy('r.rowid')
        .compile(),
    ),

    runs: (keys: readonly RunKey[]) => runs(keyLists(keys)),

    /** The places in the list of keys that have a row. */
    known: (keys: readonly RunKey[]) => known(keyLists(keys)),

    /**
     * The place of each test in the list that has runs, and the durations of its newest as JSON: one lookup
     * each.
     */
    durations: (tests: readonly TestKey[], newest: number) =>
      db
        .selectFrom(keyTable[engine](keyLists(tests.map(test => ({ ...test, runId: '' })))).as('k'))
        .crossJoin('test as t')
        .whereRef('t.package', '=', 'k.package')
        .whereRef('t.release', '=', 'k.release')
        .whereRef('t.arch', '=', 'k.arch')
        .select('k.ord')
        .select(eb =>
          eb
            .selectFrom(
              eb
                .selectFrom('result as r')
                .whereRef('r.test_id', '=', 't.id')
                .select(['r.duration', 'r.exitcode'])
                .orderBy('r.run_id', 'desc')
                .limit(newest)
                .as('newest'),
            )
            .where('newest.exitcode', 'not in', [...NEVER_RAN])
            .select(DURATIONS_AS_JSON[engine].as('list'))
            .as('durations'),
        )
        .compile(),

    /** In the order of the index on tests, which begins with the package. */
    tests: (release: string, { limit, after }: TestPage) => {
      const tests = db
        .selectFrom('test as t')
        .select(TEST_COLUMNS)
        .where('t.release', '=', release)
        .orderBy('t.package')
        .orderBy('t.arch')
        .limit(limit)
      if (after === undefined) return tests.compile()
      return tests
        .where('t.package', '>=', after.package)
        .where(eb => eb.or([eb('t.package', '>', after.package), eb('t.arch', '>', after.arch)]))
        .compile()
    },

    packageNames: () => db.selectFrom('test').select('package').distinct().orderBy('package').compile(),

    /** The greatest row number: not smaller than the number of rows. */
    lastRow: builtOnce(() =>
      db
        .selectFrom('result')
        .select(eb => eb.fn.max<number | null>('rowid').as('rowid'))
        .compile(),
    ),
  }
}

export type RowQuery<Row> = CompiledQuery<Row>
