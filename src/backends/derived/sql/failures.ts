import { type Kysely, sql } from 'kysely'
import type { FailureLine } from '../../../domain/log/failure/failure.ts'
import { SIGNATURE_RULES } from '../../../domain/log/failure/signature.ts'
import { FAILED_VERDICTS, storedNumber } from '../../../domain/run/verdict.ts'
import { keyLists } from '../../sql/run-keys.ts'
import { ask, type SqlTables, type Work } from '../../sql/work.ts'
import type { Failures } from '../failures.ts'
import { failureQueries } from './failure-queries.ts'
import { keepFailures } from './keep-failures.ts'
import { type DerivedTables, derivedBuilder } from './tables.ts'

type CountRow = Pick<DerivedTables['signature_count'], 'runs' | 'tests' | 'first_run' | 'last_run'>
const countsOf = ({ runs, tests, first_run, last_run }: CountRow) => ({
  ...{ runs, tests },
  ...{ firstRun: first_run, lastRun: last_run },
})
const linesOf = (json: string) => JSON.parse(json) as FailureLine[]

/** Reads and keeps failures in SQL. */
export function sqlFailures(tables: SqlTables): Failures {
  const db = derivedBuilder(tables.engine)
  const queries = failureQueries(db, tables)
  const { put } = keepFailures(db)

  const { transact } = tables

  return {
    async of(run) {
      const [looked] = await tables.read(queries.looked(run))
      const rules = looked?.failure_rules
      if (looked === undefined || rules === undefined || rules === null) return undefined
      const rows = await tables.read(queries.failuresOf({ test: looked.test, runId: run.runId }))
      return rows.map(row => ({
        test: row.subtest,
        lines: linesOf(row.lines),
        rules,
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
        return row === undefined || line === undefined
          ? undefined
          : { test: row.subtest, line, address: row.hash }
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
      // One after the other: others can write in between
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
      return {
        begun: row?.rules === SIGNATURE_RULES,
        waiting: row?.waiting ?? 0,
        total: row?.total ?? 0,
      }
    },

    async prune(before, limit) {
      const old = await tables.read(queries.old({ before, limit }))
      if (old.length > 0) await transact(() => forgetAll(db, old, { isOld: true }))
      return old.length === limit
    },
  }
}

/** Forgets the failures of runs, and takes their logs out of the queue. */
export function* forgetAll(
  db: Kysely<DerivedTables>,
  runs: readonly { readonly test: number; readonly runId: string }[],
  options: { readonly isOld: boolean },
): Work<void> {
  const { forget } = keepFailures(db)
  for (const run of runs) {
    yield* forget(run, options)
    yield* unqueue(db, run)
  }
}

/** Forgets all of them, as if nobody had ever looked for any. */
export function* dropFailures(db: Kysely<DerivedTables>): Work<void> {
  const tables = ['failure', 'signature_run', 'signature_count', 'signature', 'failure_queue'] as const
  for (const table of tables) yield db.deleteFrom(table).compile()
  const nothing = { rules: null, since: '', total: 0, waiting: 0 }
  yield db.updateTable('failure_progress').set(nothing).compile()
}

function* unqueue(
  db: Kysely<DerivedTables>,
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

/** Queues the failed runs of a release and arch whose logs have not been read with today's rules. */
function* queueAll(db: Kysely<DerivedTables>, releaseArch: number, since: string): Work<void> {
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
