import type { Run } from '../../domain/run.ts'
import type { PostgresPool } from '../sql/postgres.ts'
import { checkRun } from './check-run.ts'

const TESTS = `INSERT INTO results.test(release, arch, package)
  SELECT DISTINCT given.release, given.arch, given.package
  FROM unnest($1::text[], $2::text[], $3::text[]) AS given(release, arch, package)
  WHERE NOT EXISTS (SELECT FROM results.test AS t
    WHERE t.package = given.package AND t.release = given.release AND t.arch = given.arch)
  ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING`

const RESULTS = `WITH given AS MATERIALIZED (
    SELECT given.*, t.id AS test_id
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::double precision[],
      $8::integer[], $9::text[], $10::text[]) WITH ORDINALITY
      AS given(release, arch, package, run_id, version, triggers, duration, exitcode, requester, env, place)
    JOIN results.test AS t
      ON t.package = given.package AND t.release = given.release AND t.arch = given.arch),
  recorded AS (
    INSERT INTO results.result(test_id, run_id, version, triggers, duration, exitcode, requester, env)
    SELECT test_id, run_id, version, triggers, duration, exitcode, requester, env FROM given ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING test_id, run_id)
  SELECT min(given.place)::integer AS place
  FROM recorded JOIN given ON given.test_id = recorded.test_id AND given.run_id = recorded.run_id COLLATE "C"
  GROUP BY recorded.test_id, recorded.run_id`

/** Writes a batch in two statements, however many rows it has; those that are known stay as they are. */
export async function recordRuns(pool: PostgresPool, runs: readonly Run[]): Promise<Run[]> {
  if (runs.length === 0) return []
  const rows = runs.map(checkRun)
  const column = <Name extends keyof Run>(name: Name) => rows.map(row => row[name])
  const tests = [column('release'), column('arch'), column('package')]
  const columns = [
    ...tests,
    column('runId'),
    column('version'),
    column('triggers'),
    column('duration'),
    column('exitcode'),
    column('requester'),
    column('env'),
  ]
  const recorded = await pool.transaction(async ask => {
    await ask(TESTS, tests)
    return ask<{ place: number }>(RESULTS, columns)
  })
  const isNew = new Set(recorded.map(row => row.place))
  return runs.filter((_, index) => isNew.has(index + 1))
}
