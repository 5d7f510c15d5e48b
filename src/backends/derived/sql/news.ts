import { type Kysely, sql } from 'kysely'
import { runIdTime } from '../../../domain/run/run-id.ts'
import type { Transition } from '../../../domain/run/transitions.ts'
import { TOLD, type Told } from '../../../domain/run/verdict.ts'
import type { TestKey } from '../../../domain/test/test.ts'
import { parseTrigger, splitTriggers } from '../../../domain/trigger/trigger.ts'
import { builtOnce } from '../../sql/build-once.ts'
import { namesTable } from '../../sql/names-table.ts'
import { queryBuilder } from '../../sql/query-builder.ts'
import { storableText } from '../../sql/storable.ts'
import { ask, type SqlTables, type Work } from '../../sql/work.ts'
import { findableRequester } from '../findable-requester.ts'
import type { KeptTransition, News, NewsFilter } from '../news.ts'

interface NewsRow extends TestKey {
  readonly run_id: string
  readonly before_run: string
  readonly was: number
  readonly told: number
  readonly requester: string
  readonly learned: number
}

interface NewsTables {
  transition: NewsRow
  transition_source: TestKey & { source: string; learned: number; run_id: string }
}

/** The number kept of each test: a feed has no more in total. */
const KEPT = 100
/** Longer names would not fit into an index; no source has one. */
const LONGEST_SOURCE = 300
/** Runs that ended longer ago are no news: they are placed as if counted when they ended. */
const NEWS_MS = 24 * 60 * 60_000

/** Reads the news of tests, in SQL. */
export function sqlNews(tables: Pick<SqlTables, 'engine' | 'read'>): News {
  const db = newsBuilder(tables.engine)
  return {
    async latest(filter, limit) {
      if (filter.packages?.length === 0) return []
      const rows = await tables.read(latestQuery(db, tables.engine, filter, limit))
      return rows.map(keptTransition)
    },
    async since(filter, learned, limit) {
      if (filter.packages?.length === 0) return []
      const rows = (await tables.read(sinceQuery(db, tables.engine, filter, learned, limit + 1))).map(
        keptTransition,
      )
      const beyond = rows[limit]
      if (beyond === undefined) return rows
      const whole = rows.filter(row => row.learned < beyond.learned)
      return whole.length > 0 ? whole : rows.slice(0, limit)
    },
  }
}

/** Compiles statements over these tables. */
export const newsBuilder = (engine: SqlTables['engine']): Kysely<NewsTables> =>
  queryBuilder<NewsTables>(engine, 'derived')

const TOLD_NUMBER = new Map<Told, number>(TOLD.map((told, number) => [told, number]))

const keptTransition = (row: NewsRow): KeptTransition => ({
  ...{ package: row.package, release: row.release, arch: row.arch, runId: row.run_id },
  before: row.before_run,
  from: TOLD[row.was] as Told,
  to: TOLD[row.told] as Told,
  learned: Number(row.learned),
})

const COLUMNS = [
  't.package',
  't.release',
  't.arch',
  't.run_id',
  't.before_run',
  't.was',
  't.told',
  't.requester',
  't.learned',
] as const
/** In the words of its index: with a parameter, the engine would not choose it. */
const HAS_REQUESTER = sql<boolean>`t.requester <> ''`

function filtered(db: Kysely<NewsTables>, engine: SqlTables['engine'], filter: NewsFilter) {
  const { packages, release, arch, source, requester } = filter
  let query =
    source === undefined
      ? db.selectFrom('transition as t').select(COLUMNS)
      : db
          .selectFrom('transition_source as s')
          .crossJoin('transition as t')
          .whereRef('t.package', '=', 's.package')
          .whereRef('t.release', '=', 's.release')
          .whereRef('t.arch', '=', 's.arch')
          .whereRef('t.run_id', '=', 's.run_id')
          .where('s.source', '=', source)
          .select(COLUMNS)
  if (packages !== undefined) query = query.where('t.package', 'in', namesTable[engine](packages))
  if (release !== undefined) query = query.where('t.release', '=', release)
  if (arch !== undefined) query = query.where('t.arch', '=', arch)
  if (requester !== undefined) query = query.where('t.requester', '=', requester).where(HAS_REQUESTER)
  return query
}

/** From the table that the order is read from. */
const learnedOf = ({ source }: NewsFilter) =>
  source === undefined ? ('t.learned' as const) : sql.ref<number>('s.learned')

/** The newest that match the filter. */
const latestQuery = (
  db: Kysely<NewsTables>,
  engine: SqlTables['engine'],
  filter: NewsFilter,
  limit: number,
) =>
  filtered(db, engine, filter)
    .orderBy(learnedOf(filter), 'desc')
    .orderBy('t.run_id', 'desc')
    .limit(limit)
    .compile()

/** Those after a moment. */
const sinceQuery = (
  db: Kysely<NewsTables>,
  engine: SqlTables['engine'],
  filter: NewsFilter,
  learned: number,
  limit: number,
) =>
  filtered(db, engine, filter)
    .where(learnedOf(filter), '>', learned)
    .orderBy(learnedOf(filter))
    .limit(limit)
    .compile()

/** Forgets all news: everything is counted again. */
export function* dropNews(db: Kysely<NewsTables>): Work<void> {
  for (const table of ['transition', 'transition_source'] as const) yield db.deleteFrom(table).compile()
}

/** The statements that keep transitions, each compiled once. */
export type NewsWrites = ReturnType<typeof newsWrites>

export function newsWrites(db: Kysely<NewsTables>) {
  return {
    keptOf: builtOnce((of: TestKey) =>
      db
        .selectFrom('transition as t')
        .select(COLUMNS)
        .where('t.package', '=', of.package)
        .where('t.release', '=', of.release)
        .where('t.arch', '=', of.arch)
        .compile(),
    ),
    put: builtOnce((row: NewsRow) =>
      db
        .insertInto('transition')
        .values({
          ...{ package: row.package, release: row.release, arch: row.arch, run_id: row.run_id },
          ...{ before_run: row.before_run, was: row.was, told: row.told },
          ...{ requester: row.requester, learned: row.learned },
        })
        .compile(),
    ),
    putSource: builtOnce((row: NewsTables['transition_source']) =>
      db
        .insertInto('transition_source')
        .values({
          ...{ package: row.package, release: row.release, arch: row.arch, run_id: row.run_id },
          ...{ source: row.source, learned: row.learned },
        })
        .compile(),
    ),
  }
}

/**
 * Replaces the transitions of a test; those that it already has keep their moment.
 * @param transitions oldest first
 * @param moment of the first new one, in milliseconds; the next ones follow
 * @returns the first free moment
 */
export function* putTransitions(
  db: Kysely<NewsTables>,
  writes: NewsWrites,
  { package: name, release, arch }: TestKey,
  transitions: readonly Transition[],
  moment: number,
): Work<number> {
  const test = { package: name, release, arch }
  const kept = yield* ask(writes.keptOf(test))
  const before = new Map(kept.map(row => [row.run_id, row]))
  let next = moment
  for (const transition of transitions.slice(-KEPT)) {
    const row = rowOf(test, transition)
    const known = before.get(row.run_id)
    before.delete(row.run_id)
    if (known !== undefined && isSame(known, row)) continue
    if (known !== undefined) yield* forget(db, known)
    const ended = runIdTime(transition.run.runId) ?? 0
    const isNews = ended > moment - NEWS_MS
    const learned = isNews ? next : ended
    if (isNews) next += 1
    yield writes.put({ ...row, learned })
    for (const source of sourcesOf(transition))
      yield writes.putSource({ ...test, source, learned, run_id: row.run_id })
  }
  for (const row of before.values()) yield* forget(db, row)
  return next
}

function rowOf(test: TestKey, { run, before, from, to }: Transition): Omit<NewsRow, 'learned'> {
  return {
    ...test,
    run_id: storableText(run.runId),
    before_run: storableText(before.runId),
    was: TOLD_NUMBER.get(from) as number,
    told: TOLD_NUMBER.get(to) as number,
    requester: findableRequester(run),
  }
}

const isSame = (one: NewsRow, other: Omit<NewsRow, 'learned'>): boolean =>
  one.before_run === other.before_run && one.was === other.was && one.told === other.told

function* forget(db: Kysely<NewsTables>, row: NewsRow): Work<void> {
  for (const table of ['transition', 'transition_source'] as const) {
    yield db
      .deleteFrom(table)
      .where('package', '=', row.package)
      .where('release', '=', row.release)
      .where('arch', '=', row.arch)
      .where('run_id', '=', row.run_id)
      .compile()
  }
}

function sourcesOf({ run }: Transition): Set<string> {
  const sources = splitTriggers(run.triggers).flatMap(one => parseTrigger(one)?.source ?? [])
  return new Set(sources.map(storableText).filter(source => source.length <= LONGEST_SOURCE))
}
