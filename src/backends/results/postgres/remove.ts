import type { RunKey } from '../../../domain/test/test.ts'
import type { PostgresPool } from '../../sql/postgres/postgres.ts'

const GIVEN = `unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS given(release, arch, package, run_id)
  JOIN results.test AS t ON t.package = given.package AND t.release = given.release AND t.arch = given.arch`
/** Waits for transactions that record runs of these tests, to see their rows; later ones wait for ours. */
const LOCK = `SELECT FROM ${GIVEN} ORDER BY t.id FOR UPDATE OF t`
const REMOVE = `DELETE FROM results.result AS r USING ${GIVEN}
  WHERE r.test_id = t.id AND r.run_id = given.run_id RETURNING 1`
const REMOVE_EMPTY = `DELETE FROM results.test WHERE id IN (SELECT t.id FROM ${GIVEN})
  AND NOT EXISTS (SELECT FROM results.result AS r WHERE r.test_id = test.id)`

/** Removes rows, and tests without any rows left, in one transaction; returns the number of rows. */
export async function removeRuns(pool: PostgresPool, runs: readonly RunKey[]): Promise<number> {
  if (runs.length === 0) return 0
  const column = (name: keyof RunKey) => runs.map(run => run[name])
  const given = (['release', 'arch', 'package', 'runId'] as const).map(column)
  return pool.transaction(async ask => {
    await ask(LOCK, given)
    const removed = await ask(REMOVE, given)
    await ask(REMOVE_EMPTY, given)
    return removed.length
  })
}
