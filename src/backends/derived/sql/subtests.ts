import { sql } from 'kysely'
import type { Subtest } from '../../../domain/run/subtest.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { builtOnce } from '../../sql/build-once.ts'
import { queryBuilder } from '../../sql/query-builder.ts'
import { type KeyLists, keyLists, keyTable } from '../../sql/run-keys.ts'
import type { SqlTables } from '../../sql/work.ts'

interface SubtestTables {
  test: { id: number; release: string; arch: string; package: string }
  detail: { test: number; run_id: string; subtests: string | null }
}

/** A list of runs leaves out the subtests of a run with more than this, some thousand subtests. */
const LONGEST = 128 * 1024

/** Reads the subtests of several runs in SQL. */
export function sqlSubtests(
  tables: SqlTables,
): (runs: readonly RunKey[]) => Promise<(readonly Subtest[] | undefined)[]> {
  const db = queryBuilder<SubtestTables>(tables.engine, 'derived')
  const subtestsOf = builtOnce((keys: KeyLists) =>
    db
      .selectFrom(keyTable[tables.engine](keys).as('k'))
      .crossJoin('test as t')
      .crossJoin('detail as d')
      .whereRef('t.package', '=', 'k.package')
      .whereRef('t.release', '=', 'k.release')
      .whereRef('t.arch', '=', 'k.arch')
      .whereRef('d.test', '=', 't.id')
      .whereRef('d.run_id', '=', 'k.runId')
      .where('d.subtests', 'is not', null)
      .where(sql<boolean>`length(d.subtests) <= ${sql.lit(LONGEST)}`)
      .select(['k.ord', 'd.subtests'])
      .compile(),
  )
  const first = tables.engine === 'sqlite' ? 0 : 1
  return async runs => {
    if (runs.length === 0) return []
    const rows = await tables.read(subtestsOf(keyLists(runs)))
    const found = new Map(rows.map(row => [Number(row.ord) - first, row.subtests]))
    return runs.map((_, place) => {
      const json = found.get(place)
      return typeof json === 'string' ? (JSON.parse(json) as Subtest[]) : undefined
    })
  }
}
