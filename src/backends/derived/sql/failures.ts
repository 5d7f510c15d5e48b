import { type Kysely, sql } from 'kysely'
import type { FailureLine } from '../../../domain/log/failure/failure-finder.ts'
import { SIGNATURE_RULES } from '../../../domain/log/failure/signature.ts'
import { FAILED_VERDICTS, storedNumber } from '../../../domain/run/verdict.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { builtOnce } from '../../sql/build-once.ts'
import { type KeyLists, keyLists, keyTable } from '../../sql/run-keys.ts'
import { ask, type SqlTables, type Work } from '../../sql/work.ts'
import { type Failures, MOST_FOUND, type SignatureFilter, type SignatureOrder } from '../failures.ts'
import { CHANGES } from '../postgres/changes.ts'
import { keepFailures } from './keep-failures.ts'
import { derivedBuilder, type Tables } from './tables.ts'

/** How a place in a list of ways of failing is found: each order has an index. */
const COLUMN_OF = {
  latest: 'last_run',
  new: 'first_run',
  runs: 'runs',
  tests: 'tests',
} as const satisfies Record<SignatureOrder, keyof Tables['signature_count']>

/** The only rows that these indexes have; as a parameter it would not choose them. */
const EVERY_ARCH = sql.lit('')

type CountRow = Pick<Tables['signature_count'], 'runs' | 'tests' | 'first_run' | 'last_run'>
const COUNTS = ['c.runs', 'c.tests', 'c.first_run', 'c.last_run'] as const
const countsOf = ({ runs, tests, first_run, last_run }: CountRow) => ({
  ...{ runs, tests },
  ...{ firstRun: first_run, lastRun: last_run },
})
const TEST = ['t.release', 't.arch', 't.package'] as const
const linesOf = (json: string) => JSON.parse(json) as FailureLine[]

const NOTIFY = sql`NOTIFY ${sql.raw(CHANGES)}`

/** Reads and keeps failures in SQL. */
export function sqlFailures(tables: SqlTables): Failures {
  const db = derivedBuilder(tables.engine)
  const queries = failureQueries(db, tables)
  const { put } = keepFailures(db)

  /** A transaction beside which no other one writes. */
  const transact = <T>(work: () => Work<T>) =>
    tables.transact(function* (): Work<T> {
      if (tables.engine === 'postgres') yield db.selectFrom('progress').select('one').forUpdate().compile()
      const done = yield* work()
      if (tables.engine === 'postgres') yield NOTIFY.compile(db)
      return done
    })

  return {
    async of(run) {
      const [looked] = await tables.read(queries.looked(run))
      if (looked === undefined || looked.failure_rules === null) return undefined
      const rows = await tables.read(queries.failuresOf({ test: looked.test, runId: run.runId }))
      return rows.map(row => ({
        test: row.subtest,
        lines: linesOf(row.lines),
        signature:
          row.hash === null || row.text === null || row.runs === null
            ? undefined
            : { address: row.hash, text: row.text, ...countsOf(row as CountRow) },
      }))
    },

    async firstOf(runs) {
      if (runs.length === 0) return []
      const rows = await tables.read(queries.firstOf(keyLists(runs)))
      const found = new Map(rows.map(row => [Number(row.ord), row]))
      const base = tables.engine === 'sqlite' ? 0 : 1
      return runs.map((_, place) => {
        const row = found.get(place + base)
        const [line] = row === undefined ? [] : linesOf(row.lines)
        return row === undefined || line === undefined ? undefined : { line, address: row.hash }
      })
    },

    async signature(address) {
      const rows = await tables.read(queries.signature({ address }))
      const all = rows.find(row => row.release === '')
      if (all === undefined) return undefined
      const places = rows
        .filter(row => row.arch !== '')
        .map(row => ({ release: row.release, arch: row.arch, ...countsOf(row) }))
      return { address, text: all.text, ...countsOf(all), places }
    },

    runsOf: (address, page) => tables.read(queries.runsOf({ address, ...page })),

    async list(filter, page) {
      if (filter.words?.length === 0 || !Number.isSafeInteger(page.offset + page.limit)) return []
      const rows = await tables.read(queries.list(filter, page))
      return rows.map(({ hash, text, release, arch, package: name, ...counts }) => ({
        ...{ address: hash, text },
        ...countsOf(counts),
        newest: { release, arch, package: name, runId: counts.last_run },
      }))
    },

    async save(run, failures) {
      const [looked] = await tables.read(queries.looked(run))
      if (looked === undefined) return
      const numbered = { test: looked.test, runId: run.runId }
      await transact(function* (): Work<void> {
        if (failures !== undefined) yield* put(numbered, failures)
        yield* unqueue(db, numbered)
      })
    },

    async readAgainSince(runId) {
      const [progress] = await tables.read(queries.progress({}))
      if (progress?.rules === SIGNATURE_RULES && progress.since <= runId) return
      // One after the other: others write in between
      for (const { id } of await tables.read(queries.releaseArches({})))
        await transact(() => queueAll(db, id, runId))
      await transact(function* (): Work<void> {
        const waiting = db.selectFrom('failure_queue').select(eb => eb.fn.countAll<number>().as('count'))
        yield db
          .updateTable('failure_progress')
          .set({ rules: SIGNATURE_RULES, since: runId, total: waiting, waiting })
          .compile()
      })
    },

    toRead: limit => tables.read(queries.toRead({ limit })),

    async progress() {
      const [row] = await tables.read(queries.progress({}))
      return { waiting: row?.waiting ?? 0, total: row?.total ?? 0 }
    },

    async prune(before, limit) {
      const old = await tables.read(queries.old({ before, limit }))
      if (old.length > 0) await transact(() => forgetAll(db, old, { isOld: true }))
      return old.length === limit
    },
  }
}

/** Forgets the failures of runs, and that their logs were to be read again. */
export function* forgetAll(
  db: Kysely<Tables>,
  runs: readonly { readonly test: number; readonly runId: string }[],
  options: { readonly isOld: boolean },
): Work<void> {
  const { forget } = keepFailures(db)
  for (const run of runs) {
    yield* forget(run, options)
    yield* unqueue(db, run)
  }
}

/** Forgets all of them, as if nothing had ever been looked for. */
export function* dropFailures(db: Kysely<Tables>): Work<void> {
  const tables = ['failure', 'signature_run', 'signature_count', 'signature', 'failure_queue'] as const
  for (const table of tables) yield db.deleteFrom(table).compile()
  const nothing = { rules: null, since: '', total: 0, waiting: 0 }
  yield db.updateTable('failure_progress').set(nothing).compile()
}

function* unqueue(
  db: Kysely<Tables>,
  { test, runId }: { readonly test: number; readonly runId: string },
): Work<void> {
  const gone = yield* ask(
    db
      .deleteFrom('failure_queue')
      .where('run_id', '=', runId)
      .where('test', '=', test)
      .returning('test')
      .compile(),
  )
  if (gone.length === 0) return
  yield db
    .updateTable('failure_progress')
    .set(eb => ({ waiting: eb('waiting', '-', 1) }))
    .compile()
}

/** Queues the failed runs of a release on an architecture whose logs nobody has read for today's rules. */
function* queueAll(db: Kysely<Tables>, releaseArch: number, since: string): Work<void> {
  for (const verdict of FAILED_VERDICTS) {
    yield db
      .insertInto('failure_queue')
      .columns(['run_id', 'test'])
      .expression(eb =>
        eb
          .selectFrom('run_index as r')
          .innerJoin('detail as d', join =>
            join.onRef('d.test', '=', 'r.test').onRef('d.run_id', '=', 'r.run_id'),
          )
          .select(['r.run_id', 'r.test'])
          .where('r.release_arch', '=', releaseArch)
          .where('r.verdict', '=', storedNumber(verdict))
          .where('r.run_id', '>=', since)
          .where('d.log', 'is not', null)
          .where(sql<boolean>`coalesce(d.failure_rules, 0) <> ${SIGNATURE_RULES}`),
      )
      .onConflict(conflict => conflict.doNothing())
      .compile()
  }
}

/** The reading statements. */
function failureQueries(db: Kysely<Tables>, { engine }: Pick<SqlTables, 'engine'>) {
  /** The numbers of the newest ways of failing that have all of these beginnings of words. */
  const found = (words: readonly string[]) =>
    engine === 'sqlite'
      ? sql<number>`(SELECT rowid FROM signature_search WHERE signature_search MATCH ${words.map(word => `"${word}"*`).join(' ')} ORDER BY rowid DESC LIMIT ${MOST_FOUND})`
      : sql<number>`(SELECT id FROM derived.signature WHERE array_to_tsvector(string_to_array(words, ' ')) @@ ${words.map(word => `'${word}':*`).join(' & ')}::tsquery ORDER BY id DESC LIMIT ${MOST_FOUND})`

  return {
    looked: builtOnce((run: RunKey) =>
      db
        .selectFrom('test as t')
        .innerJoin('detail as d', 'd.test', 't.id')
        .select(['d.test', 'd.failure_rules'])
        .where('t.package', '=', run.package)
        .where('t.release', '=', run.release)
        .where('t.arch', '=', run.arch)
        .where('d.run_id', '=', run.runId)
        .compile(),
    ),

    failuresOf: builtOnce((run: { readonly test: number; readonly runId: string }) =>
      db
        .selectFrom('failure as f')
        .leftJoin('signature as s', 's.id', 'f.signature')
        .leftJoin('signature_count as c', join =>
          join
            .onRef('c.signature', '=', 'f.signature')
            .on('c.release', '=', sql.lit(''))
            .on('c.arch', '=', EVERY_ARCH),
        )
        .select(['f.subtest', 'f.lines', 's.hash', 's.text', ...COUNTS])
        .where('f.test', '=', run.test)
        .where('f.run_id', '=', run.runId)
        .orderBy('f.number')
        .compile(),
    ),

    firstOf: builtOnce((keys: KeyLists) =>
      db
        .selectFrom(keyTable[engine](keys).as('k'))
        .crossJoin('test as t')
        .crossJoin('failure as f')
        .crossJoin('signature as s')
        .whereRef('t.package', '=', 'k.package')
        .whereRef('t.release', '=', 'k.release')
        .whereRef('t.arch', '=', 'k.arch')
        .whereRef('f.test', '=', 't.id')
        .whereRef('f.run_id', '=', 'k.runId')
        .where('f.number', '=', 0)
        .whereRef('s.id', '=', 'f.signature')
        .select(['k.ord', 'f.lines', 's.hash'])
        .compile(),
    ),

    signature: builtOnce((of: { readonly address: string }) =>
      db
        .selectFrom('signature as s')
        .innerJoin('signature_count as c', 'c.signature', 's.id')
        .select(['s.text', 'c.release', 'c.arch', ...COUNTS])
        .where('s.hash', '=', of.address)
        .orderBy('c.release')
        .orderBy('c.arch')
        .compile(),
    ),

    runsOf: builtOnce((of: { address: string; limit: number; offset: number }) =>
      db
        .selectFrom('signature_run as r')
        .innerJoin('test as t', 't.id', 'r.test')
        .select([...TEST, 'r.run_id as runId'])
        .where('r.signature', '=', db.selectFrom('signature').select('id').where('hash', '=', of.address))
        .orderBy('r.run_id', 'desc')
        .orderBy('r.test', 'desc')
        .limit(of.limit)
        .offset(of.offset)
        .compile(),
    ),

    list(filter: SignatureFilter, page: { limit: number; offset: number }) {
      const column = COLUMN_OF[filter.order]
      let listed = db
        .selectFrom('signature_count as c')
        .select(eb => [
          'c.signature',
          ...COUNTS,
          eb
            .selectFrom('signature_run as r')
            .innerJoin('test as x', 'x.id', 'r.test')
            .select('r.test')
            .whereRef('r.signature', '=', 'c.signature')
            .whereRef('r.run_id', '=', 'c.last_run')
            .where(or => or.or([or('c.release', '=', ''), or('c.release', '=', or.ref('x.release'))]))
            .orderBy('r.test')
            .limit(1)
            .as('test'),
        ])
        .where('c.release', '=', filter.release ?? '')
        .where('c.arch', '=', EVERY_ARCH)
      if (filter.words !== undefined) listed = listed.where('c.signature', 'in', found(filter.words))
      const cut = listed
        .orderBy(`c.${column}`, 'desc')
        .orderBy('c.signature', 'desc')
        .limit(page.limit)
        .offset(page.offset)
      return db
        .selectFrom(cut.as('c'))
        .innerJoin('signature as s', 's.id', 'c.signature')
        .innerJoin('test as t', 't.id', 'c.test')
        .select(['s.hash', 's.text', ...TEST, ...COUNTS])
        .orderBy(`c.${column}`, 'desc')
        .orderBy('c.signature', 'desc')
        .compile()
    },

    releaseArches: builtOnce(() => db.selectFrom('release_arch').select('id').compile()),
    progress: builtOnce(() =>
      db.selectFrom('failure_progress').select(['rules', 'since', 'total', 'waiting']).compile(),
    ),

    toRead: builtOnce((page: { readonly limit: number }) =>
      db
        .selectFrom('failure_queue as q')
        .crossJoin('test as t')
        .whereRef('t.id', '=', 'q.test')
        .select([...TEST, 'q.run_id as runId'])
        .orderBy('q.run_id', 'desc')
        .limit(page.limit)
        .compile(),
    ),

    /** Those after which the same test has failed again. */
    old: builtOnce((of: { readonly before: string; readonly limit: number }) =>
      db
        .selectFrom('failure as f')
        .select(['f.test', 'f.run_id as runId'])
        .where('f.number', '=', sql.lit(0))
        .where('f.run_id', '<', of.before)
        .where(eb =>
          eb.exists(
            eb
              .selectFrom('failure as n')
              .select('n.run_id')
              .whereRef('n.test', '=', 'f.test')
              .whereRef('n.run_id', '>', 'f.run_id'),
          ),
        )
        .orderBy('f.run_id')
        .limit(of.limit)
        .compile(),
    ),
  }
}
