import { type Kysely, sql } from 'kysely'
import { STEADINESS_RULES, type Steadiness } from '../../../domain/run/steadiness.ts'
import { type TestKey, testId } from '../../../domain/test/test.ts'
import { builtOnce } from '../../sql/build-once.ts'
import type { SqlEngine } from '../../sql/migrations.ts'
import { namesTable } from '../../sql/names-table.ts'
import { queryBuilder } from '../../sql/query-builder.ts'
import { type KeyLists, keyLists, keyTable } from '../../sql/run-keys.ts'
import { ask, type SqlTables, type Work } from '../../sql/work.ts'
import type { ListedSteadiness, QueuedTest, SteadinessFilter, SteadinessIndex } from '../steadiness.ts'
import { dropNews, newsBuilder, newsWrites, putTransitions } from './news.ts'

interface SteadinessRow extends TestKey {
  readonly runs: number
  readonly flakes: number
  readonly flake_from: string
  readonly flake_to: string
  readonly retries: number
  readonly rescued: number
  readonly retry_seconds: number
  readonly transitions: number
}

interface SteadinessTables {
  steadiness: SteadinessRow
  steadiness_sum: { release: string; arch: string; retries: number; rescued: number }
  steadiness_queue: { package: string; release: string; arch: string; stamp: number }
  steadiness_progress: {
    one: number
    database_id: string | null
    position: string | null
    rules: number
    stamp: number
  }
}

const COUNTED = [
  'runs',
  'flakes',
  'flake_from',
  'flake_to',
  'retries',
  'rescued',
  'retry_seconds',
  'transitions',
] as const

/** Keeps and reads how steady tests are, in SQL. */
export function sqlSteadiness(tables: SqlTables): SteadinessIndex {
  const db = queryBuilder<SteadinessTables>(tables.engine, 'derived')
  const news = newsBuilder(tables.engine)
  const [writes, keepsNews] = [writingQueries(db), newsWrites(news)]
  const queries = readingQueries(db, tables)
  const progress = db.selectFrom('steadiness_progress').selectAll()

  /** A transaction that knows the number of writes to these tables. */
  const transact = (work: (stamp: number) => Work<void>): Promise<void> =>
    tables.transact(function* (): Work<void> {
      const [now] = yield* ask(progress.compile())
      yield* work(Number(now?.stamp ?? 1))
    })

  return {
    async position(databaseId) {
      const [now] = await tables.read(progress.compile())
      const isOurs = now?.database_id === databaseId && now.rules === STEADINESS_RULES
      return (isOurs ? now.position : undefined) ?? undefined
    },

    follow: (databaseId, position, tests) =>
      transact(function* (stamp): Work<void> {
        const [now] = yield* ask(progress.compile())
        const isOther = now?.database_id !== null && now?.database_id !== databaseId
        if (isOther || (now?.rules !== STEADINESS_RULES && now?.database_id !== null)) {
          yield* dropAll(db)
          yield* dropNews(news)
        }
        yield* queueTests(writes, tests, stamp)
        yield db
          .updateTable('steadiness_progress')
          .set({ database_id: databaseId, position, rules: STEADINESS_RULES, stamp: stamp + 1 })
          .compile()
      }),

    queue: tests =>
      transact(function* (stamp): Work<void> {
        yield* queueTests(writes, tests, stamp)
        yield db
          .updateTable('steadiness_progress')
          .set({ stamp: stamp + 1 })
          .compile()
      }),

    async queued(limit) {
      const rows = await tables.read(queries.queued({ limit }))
      return rows.map(row => ({ ...row, stamp: Number(row.stamp) }))
    },

    save: (tests, now) =>
      transact(function* (stamp): Work<void> {
        const first = Math.max(stamp, now.getTime())
        let next = first
        for (const { test, counted } of inOrder(tests, one => one.test)) {
          yield* putSteadiness(writes, test, counted?.steadiness)
          next = yield* putTransitions(news, keepsNews, test, counted?.transitions ?? [], next)
        }
        if (next === first) return
        yield db.updateTable('steadiness_progress').set({ stamp: next }).compile()
      }),

    async waiting() {
      const [row] = await tables.read(queries.waiting({}))
      return Number(row?.count ?? 0)
    },

    async of(tests) {
      if (tests.length === 0) return []
      const rows = await tables.read(queries.of(keyLists(tests.map(test => ({ ...test, runId: '' })))))
      const found = new Map(rows.map(row => [testId(row), steadinessIn(row)]))
      return tests.map(test => found.get(testId(test)))
    },

    async sumOf(place) {
      const [row] = await tables.read(queries.sumOf(place))
      return { retries: row?.retries ?? 0, rescued: row?.rescued ?? 0 }
    },

    async list(filter, page) {
      if (!Number.isSafeInteger(page.offset + page.limit)) return []
      const rows = await tables.read(listQuery(db, tables.engine, filter, page))
      return rows.map(row => ({
        ...{ release: row.release, arch: row.arch, package: row.package },
        ...steadinessIn(row),
      })) satisfies ListedSteadiness[]
    },
  }
}

function steadinessIn(row: SteadinessRow): Steadiness {
  return {
    ...{ runs: row.runs, flakes: row.flakes, retries: row.retries, rescued: row.rescued },
    lastFlake: row.flake_to === '' ? undefined : { from: row.flake_from, to: row.flake_to },
    retrySeconds: Number(row.retry_seconds),
    transitions: row.transitions,
  }
}

function* dropAll(db: Kysely<SteadinessTables>): Work<void> {
  for (const table of ['steadiness', 'steadiness_sum', 'steadiness_queue'] as const)
    yield db.deleteFrom(table).compile()
}

/** Transactions that change rows of the same tests do so in the same order, so they cannot deadlock. */
const inOrder = <T>(list: readonly T[], testOf: (one: T) => TestKey): T[] =>
  list.toSorted((a, b) => (testId(testOf(a)) < testId(testOf(b)) ? -1 : 1))

function* queueTests(writes: Writes, tests: readonly TestKey[], stamp: number): Work<void> {
  const distinct = new Map(tests.map(test => [testId(test), test]))
  for (const { package: name, release, arch } of inOrder([...distinct.values()], test => test))
    yield writes.queue({ package: name, release, arch, stamp })
}

function* putSteadiness(
  writes: Writes,
  { package: name, release, arch, stamp }: QueuedTest,
  steadiness: Steadiness | undefined,
): Work<void> {
  const key = { package: name, release, arch }
  const [before] = yield* ask(writes.take(key))
  if (steadiness !== undefined) {
    const { runs, flakes, lastFlake, retries, rescued, retrySeconds, transitions } = steadiness
    yield writes.put({
      ...{ ...key, runs, flakes, retries, rescued, transitions, retry_seconds: retrySeconds },
      ...{ flake_from: lastFlake?.from ?? '', flake_to: lastFlake?.to ?? '' },
    })
  }
  const retries = (steadiness?.retries ?? 0) - (before?.retries ?? 0)
  const rescued = (steadiness?.rescued ?? 0) - (before?.rescued ?? 0)
  if (retries !== 0 || rescued !== 0) yield writes.addToSum({ release, arch, retries, rescued })
  yield writes.done({ ...key, stamp })
}

type Writes = ReturnType<typeof writingQueries>

/** Statements that every test needs, each compiled once. */
function writingQueries(db: Kysely<SteadinessTables>) {
  return {
    queue: builtOnce((one: SteadinessTables['steadiness_queue']) =>
      db
        .insertInto('steadiness_queue')
        .values({ package: one.package, release: one.release, arch: one.arch, stamp: one.stamp })
        .onConflict(conflict =>
          conflict.columns(['package', 'release', 'arch']).doUpdateSet({ stamp: one.stamp }),
        )
        .compile(),
    ),
    done: builtOnce((one: QueuedTest) =>
      db
        .deleteFrom('steadiness_queue')
        .where('package', '=', one.package)
        .where('release', '=', one.release)
        .where('arch', '=', one.arch)
        .where('stamp', '=', one.stamp)
        .compile(),
    ),
    take: builtOnce((test: TestKey) =>
      db
        .deleteFrom('steadiness')
        .where('package', '=', test.package)
        .where('release', '=', test.release)
        .where('arch', '=', test.arch)
        .returning(['retries', 'rescued'])
        .compile(),
    ),
    put: builtOnce((row: SteadinessRow) =>
      db
        .insertInto('steadiness')
        .values({
          ...{ package: row.package, release: row.release, arch: row.arch },
          ...{ runs: row.runs, flakes: row.flakes, flake_from: row.flake_from, flake_to: row.flake_to },
          ...{ retries: row.retries, rescued: row.rescued, retry_seconds: row.retry_seconds },
          transitions: row.transitions,
        })
        .compile(),
    ),
    addToSum: builtOnce((more: SteadinessTables['steadiness_sum']) =>
      db
        .insertInto('steadiness_sum')
        .values({
          ...{ release: more.release, arch: more.arch },
          ...{ retries: more.retries, rescued: more.rescued },
        })
        .onConflict(conflict =>
          conflict.columns(['release', 'arch']).doUpdateSet({
            retries: sql<number>`steadiness_sum.retries + excluded.retries`,
            rescued: sql<number>`steadiness_sum.rescued + excluded.rescued`,
          }),
        )
        .compile(),
    ),
  }
}

/** The conditions of the indexes in the same words: with parameters, the engine would not choose them. */
const HAS_FLAKES = sql<boolean>`flakes > 0`
const HAS_RETRIES = sql<boolean>`retries > 0`

function listQuery(
  db: Kysely<SteadinessTables>,
  engine: SqlEngine,
  { release, arch, packages, order }: SteadinessFilter,
  { limit, offset }: { limit: number; offset: number },
) {
  let query = db.selectFrom('steadiness').selectAll()
  if (release !== undefined) query = query.where('release', '=', release)
  if (arch !== undefined) query = query.where('arch', '=', arch)
  if (packages !== undefined) query = query.where('package', 'in', namesTable[engine](packages))
  if (order === 'time') query = query.where(HAS_RETRIES).orderBy('retry_seconds', 'desc')
  else query = query.where(HAS_FLAKES)
  if (order === 'flakes') query = query.orderBy('flakes', 'desc')
  if (order !== 'time') query = query.orderBy('flake_to', 'desc')
  return query.limit(limit).offset(offset).compile()
}

function readingQueries(db: Kysely<SteadinessTables>, { engine }: Pick<SqlTables, 'engine'>) {
  return {
    queued: builtOnce((of: { limit: number }) =>
      db.selectFrom('steadiness_queue').selectAll().limit(of.limit).compile(),
    ),
    waiting: builtOnce((_: object) =>
      db
        .selectFrom('steadiness_queue')
        .select(eb => eb.fn.countAll<number>().as('count'))
        .compile(),
    ),
    of: builtOnce((keys: KeyLists) =>
      db
        .selectFrom(keyTable[engine](keys).as('k'))
        .crossJoin('steadiness as s')
        .whereRef('s.package', '=', 'k.package')
        .whereRef('s.release', '=', 'k.release')
        .whereRef('s.arch', '=', 'k.arch')
        .select(['s.package', 's.release', 's.arch', ...COUNTED.map(name => `s.${name}` as const)])
        .compile(),
    ),
    sumOf: builtOnce((place: { release: string; arch: string }) =>
      db
        .selectFrom('steadiness_sum')
        .select(['retries', 'rescued'])
        .where('release', '=', place.release)
        .where('arch', '=', place.arch)
        .compile(),
    ),
  }
}
