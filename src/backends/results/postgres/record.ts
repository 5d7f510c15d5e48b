import type { Run } from '../../../domain/run/run.ts'
import { numberTests } from '../../sql/postgres/number-tests.ts'
import type { PostgresPool } from '../../sql/postgres/postgres.ts'
import { checkRun } from '../check-run.ts'

const RECORD = `INSERT INTO results.result(test_id, run_id, version, triggers, duration, exitcode, requester, env)
  SELECT test_id, run_id, version, triggers, duration, exitcode, requester, env
  FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::double precision[], $6::integer[], $7::text[],
    $8::text[]) WITH ORDINALITY
    AS given(test_id, run_id, version, triggers, duration, exitcode, requester, env, place)
  ORDER BY place
  ON CONFLICT DO NOTHING
  RETURNING test_id AS test, run_id AS "runId"`

/** Writes a batch in a handful of statements, however many rows it has; known rows are left unchanged. */
export async function recordRuns(pool: PostgresPool, runs: readonly Run[]): Promise<Run[]> {
  if (runs.length === 0) return []
  const rows = runs.map(checkRun)
  const column = <Name extends keyof Run>(name: Name) => rows.map(row => row[name])
  const values = (['runId', 'version', 'triggers', 'duration', 'exitcode', 'requester', 'env'] as const).map(
    column,
  )
  return pool.transaction(async ask => {
    const tests = await numberTests(ask, 'results', rows)
    const recorded = await ask<{ test: number; runId: string }>(RECORD, [tests, ...values])
    const isNew = new Set(recorded.map(({ test, runId }) => `${test} ${runId}`))
    // Of several equal runs, the first one was recorded
    return runs.filter((run, place) => isNew.delete(`${tests[place]} ${run.runId}`))
  })
}
