import { STATISTICS_PASS } from '../../../domain/run/verdict.ts'
import type { Log } from '../../../log.ts'
import { listenForChanges } from '../../sql/postgres/listener.ts'
import { openPostgres, type PostgresPool } from '../../sql/postgres/postgres.ts'
import { readMachineTime } from '../machine-time.ts'
import { publishMirror } from '../publish/publish.ts'
import type { RowQuery } from '../queries.ts'
import { readingResults } from '../reading.ts'
import type { MachineTimeRow, Results, StatisticsRow } from '../results.ts'
import { postgresCurrentVersions } from './current-versions.ts'
import { recordRuns } from './record.ts'
import { removeRuns } from './remove.ts'
import { adoptForeignRows, readRowsSince } from './rows-since.ts'

const CONNECTIONS = 5
const CHANGES = 'autopkgtest_results'

/** Opens the results on a PostgreSQL server; `mirror` is a local file from which the rows are published. */
export async function postgresResults(options: { url: string; mirror: string; log: Log }): Promise<Results> {
  const { url, mirror, log } = options
  const pool = await openPostgres({ url, log, database: 'results', connections: CONNECTIONS })
  const changes = await listenForChanges(pool, [CHANGES], log)
  const id = await readId(pool)
  const adopted = await adoptForeignRows(pool)
  if (adopted > 0)
    log.warn({ rows: adopted }, 'the results came from another server: they are read again from the start')
  return {
    ...readingResults(
      'postgres',
      <Row>({ sql, parameters }: RowQuery<Row>) => pool.ask(sql, parameters) as Promise<Row[]>,
    ),
    id: async () => id,
    version: () => changes.version(CHANGES),
    onChange: listener => changes.onChange(CHANGES, listener),
    record: runs => recordRuns(pool, runs),
    remove: runs => removeRuns(pool, runs),
    testedPairs: () => pool.ask(TESTED_PAIRS),
    async since(position, limit) {
      const found = await readRowsSince(pool.ask, position, limit)
      const runs = found.rows.map(({ xact: _xact, rowid: _rowid, testId: _testId, ...run }) => run)
      return { runs, position: found.position }
    },
    currentVersions: () => postgresCurrentVersions(pool),
    statistics: ({ releases, signal }) => pool.askLong<StatisticsRow>(STATISTICS, [releases], signal),
    machineTime: readMachineTime('postgres', (sql, parameters, signal) =>
      pool.askLong<MachineTimeRow>(sql, parameters, signal),
    ),
    copyPublished: (toFile, signal) => publishMirror({ url, mirror, id, toFile }, signal),
    async size() {
      const [row] = await pool.ask<{ bytes: number }>(SIZE)
      return row?.bytes ?? 0
    },
    check: () => checkRows(pool),
    state: pool.state,
    async close() {
      await changes.close()
      await pool.close()
    },
  }
}

async function readId(pool: PostgresPool): Promise<string> {
  const [row] = await pool.ask<{ id: string }>('SELECT id FROM results.database')
  if (row === undefined) throw new Error('the results schema has no id')
  return row.id
}

/** Jumps from one pair to the next in the index, as there are few pairs and many tests. */
const TESTED_PAIRS = `WITH RECURSIVE pair AS (
    (SELECT release, arch FROM results.test ORDER BY release, arch LIMIT 1)
    UNION ALL
    SELECT next.release, next.arch FROM pair CROSS JOIN LATERAL (
      SELECT t.release, t.arch FROM results.test AS t WHERE (t.release, t.arch) > (pair.release, pair.arch)
      ORDER BY t.release, t.arch LIMIT 1) AS next)
  SELECT release, arch FROM pair`

const SIZE = `SELECT sum(pg_total_relation_size(c.oid))::bigint AS bytes FROM pg_class AS c
  WHERE c.relnamespace = 'results'::regnamespace AND c.relkind = 'r'`

/**
 * The same rule as on SQLite: a run counts unless a trigger names a version that the archive has replaced.
 */
const STATISTICS = `WITH judged AS MATERIALIZED (
    SELECT given.release, given.triggers, NOT EXISTS (
      SELECT FROM regexp_split_to_table(given.triggers, '\\s+') AS trigger
      JOIN results.current_version AS c ON c.release = given.release AND c.package = split_part(trigger, '/', 1)
      WHERE trigger ~ '^[^/]+/[^/]+$' AND c.version <> split_part(trigger, '/', 2)) AS counts
    FROM (SELECT DISTINCT t.release, coalesce(r.triggers, '') AS triggers
      FROM results.result AS r JOIN results.test AS t ON t.id = r.test_id
      WHERE t.release = ANY($1::text[])) AS given),
  counted AS (
    SELECT t.release, t.arch, t.id, count(*) AS runs, count(*) FILTER (WHERE r.exitcode IN (${STATISTICS_PASS})) AS passed
    FROM results.result AS r JOIN results.test AS t ON t.id = r.test_id
    JOIN judged ON judged.release = t.release AND judged.triggers = coalesce(r.triggers, '')
    WHERE judged.counts AND t.release = ANY($1::text[])
    GROUP BY t.release, t.arch, t.id)
  SELECT release, arch, count(*)::integer AS numpkgs, (count(*) FILTER (WHERE passed > 0))::integer AS numpkgspass,
    sum(passed)::integer AS passruns, sum(runs - passed)::integer AS failruns
  FROM counted GROUP BY release, arch`

/** PostgreSQL checks its own pages; the remaining problem is an invalid index. */
async function checkRows(pool: PostgresPool): Promise<string[]> {
  const rows = await pool.ask<{ name: string }>(
    `SELECT i.indexrelid::regclass::text AS name FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
      WHERE c.relnamespace = 'results'::regnamespace AND NOT i.indisvalid`,
  )
  return rows.map(row => `the index ${row.name} is not valid: REINDEX it`)
}
