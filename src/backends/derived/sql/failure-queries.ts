import { type Kysely, sql } from 'kysely'
import type { RunKey } from '../../../domain/test/test.ts'
import { builtOnce } from '../../sql/build-once.ts'
import { type KeyLists, keyTable } from '../../sql/run-keys.ts'
import type { SqlTables } from '../../sql/work.ts'
import { MOST_FOUND, type SignatureFilter, type SignatureOrder } from '../failures.ts'
import type { DerivedTables } from './tables.ts'

/** The column for each order of a list of ways of failing: each has an index. */
const COLUMN_OF = {
  latest: 'last_run',
  new: 'first_run',
  runs: 'runs',
  tests: 'tests',
} as const satisfies Record<SignatureOrder, keyof DerivedTables['signature_count']>

/** The only rows that these indexes have; with a parameter, the engine would not choose them. */
const EVERY_ARCH = sql.lit('')

const COUNTS = ['c.runs', 'c.tests', 'c.first_run', 'c.last_run'] as const
const TEST = ['t.release', 't.arch', 't.package'] as const

/** All statements that only read why runs failed; failures.ts and keep-failures.ts have the others. */
export function failureQueries(db: Kysely<DerivedTables>, { engine }: Pick<SqlTables, 'engine'>) {
  /** The numbers of the newest ways of failing that have all these beginnings of words. */
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
        .select(['k.ord', 'f.subtest', 'f.lines', 's.hash'])
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
