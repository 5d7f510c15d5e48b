import type { Run } from '../../../domain/run/run.ts'
import { storedVerdict, storedVerdicts } from '../../../domain/run/verdict.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { isReferenceRun } from '../../../domain/trigger/trigger.ts'
import { numberTests } from '../../sql/postgres/number-tests.ts'
import type { Ask, PostgresPool } from '../../sql/postgres/postgres.ts'
import { finishWork } from '../../sql/postgres/work.ts'
import type { Derived, RunFilter } from '../derived.ts'
import { findableRequester } from '../findable-requester.ts'
import { INDEX_RULES, type IndexProgress, positionIn, staleness } from '../index-progress.ts'
import { newestOfStatement, newestStatement, POSTGRES } from '../newest.ts'
import { dropFailures, forgetAll } from '../sql/failures.ts'
import { newestIn, newestTold } from '../sql/moments.ts'
import { derivedBuilder } from '../sql/tables.ts'
import { CHANGES } from './change-channel.ts'
import { dropTriggers } from './triggers.ts'

const PROGRESS = 'SELECT database_id, position, verdicts FROM derived.progress'
const PUT_RELEASE_ARCHES = `INSERT INTO derived.release_arch(release, arch)
  SELECT DISTINCT g.release, g.arch FROM unnest($1::text[], $2::text[]) AS g(release, arch)
  WHERE NOT EXISTS (SELECT FROM derived.release_arch AS p WHERE p.release = g.release AND p.arch = g.arch)
  ORDER BY 1, 2 ON CONFLICT DO NOTHING`
const PUT_REQUESTERS = `INSERT INTO derived.requester(name)
  SELECT DISTINCT g.name FROM unnest($1::text[]) AS g(name)
  WHERE g.name <> '' AND NOT EXISTS (SELECT FROM derived.requester AS r WHERE r.name = g.name)
  ORDER BY 1 ON CONFLICT DO NOTHING`
/** New runs go into the index, and into the queue of details unless their details are already kept. */
const PUT_RUNS = `WITH new AS (
    INSERT INTO derived.run_index(release_arch, verdict, run_id, test, requester, is_reference)
    SELECT p.id, g.verdict, g.run_id, g.test, r.id, g.is_reference
    FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::integer[], $6::text[], $7::smallint[])
      AS g(release, arch, verdict, run_id, test, requester, is_reference)
    JOIN derived.release_arch AS p ON p.release = g.release AND p.arch = g.arch
    LEFT JOIN derived.requester AS r ON r.name = g.requester
    ON CONFLICT DO NOTHING
    RETURNING run_id, test),
  wanted AS (
    INSERT INTO derived.detail_queue(run_id, test) SELECT run_id, test FROM new
    WHERE NOT EXISTS (SELECT FROM derived.detail AS d WHERE d.test = new.test AND d.run_id = new.run_id)
    ON CONFLICT DO NOTHING
    RETURNING 1)
  UPDATE derived.progress
  SET database_id = $8, position = $9, verdicts = $10, backlog = backlog + (SELECT count(*) FROM wanted)`
const PUT_TOLD = `UPDATE derived.test AS t SET told = g.told FROM unnest($1::integer[], $2::text[]) AS g(test, told)
  WHERE t.id = g.test AND (t.told IS NULL OR substr(t.told, 3) < substr(g.told, 3) COLLATE "C")`
const TELL_AGAIN = `UPDATE derived.test AS t SET told = ${newestIn('derived.run_index', 'i.test = t.id')}
  FROM unnest($1::text[], $2::text[], $3::text[]) AS g(release, arch, package)
  WHERE t.package = g.package AND t.release = g.release AND t.arch = g.arch`
const EMPTY = 'TRUNCATE derived.run_index, derived.detail_queue, derived.retry'
const DROP_ALL = `TRUNCATE derived.run_index, derived.detail_queue, derived.retry, derived.detail, derived.test, derived.release_arch,
  derived.requester`
const REMOVE = `WITH given AS (
    SELECT t.id AS test, p.id AS release_arch, g.run_id
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS g(release, arch, package, run_id)
    JOIN derived.test AS t ON t.package = g.package AND t.release = g.release AND t.arch = g.arch
    LEFT JOIN derived.release_arch AS p ON p.release = g.release AND p.arch = g.arch),
  removed AS (
    DELETE FROM derived.run_index AS f USING given CROSS JOIN unnest($5::integer[]) AS v(verdict)
    WHERE f.release_arch = given.release_arch AND f.verdict = v.verdict AND f.run_id = given.run_id AND f.test = given.test),
  details AS (
    DELETE FROM derived.detail AS d USING given WHERE d.test = given.test AND d.run_id = given.run_id),
  fresh AS (
    DELETE FROM derived.detail_queue AS w USING given WHERE w.test = given.test AND w.run_id = given.run_id RETURNING 1),
  retried AS (
    DELETE FROM derived.retry AS r USING given WHERE r.test = given.test AND r.run_id = given.run_id RETURNING 1)
  UPDATE derived.progress
  SET backlog = backlog - (SELECT count(*) FROM fresh) - (SELECT count(*) FROM retried)`
/** Of some runs, those whose failures are kept, or whose logs are to be read again. */
const FAILED = `SELECT t.id AS test, g.run_id AS "runId"
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS g(release, arch, package, run_id)
  JOIN derived.test AS t ON t.package = g.package AND t.release = g.release AND t.arch = g.arch
  WHERE EXISTS (SELECT FROM derived.failure AS f WHERE f.test = t.id AND f.run_id = g.run_id)
    OR EXISTS (SELECT FROM derived.failure_queue AS q WHERE q.run_id = g.run_id AND q.test = t.id)`
const TEST = 'SELECT id FROM derived.test WHERE package = $1 AND release = $2 AND arch = $3'
const RELEASE_ARCHES = `SELECT id FROM derived.release_arch
  WHERE ($1::text IS NULL OR release = $1) AND ($2::text IS NULL OR arch = $2)`

const DERIVED = derivedBuilder('postgres')

type Indexing = Pick<Derived, 'position' | 'indexRuns' | 'remove' | 'newest' | 'newestOf'>

/** The index of runs by their filters. */
export function postgresIndex(pool: PostgresPool): Indexing {
  return {
    async position(databaseId) {
      const [row] = await pool.ask<IndexProgress>(PROGRESS)
      return row && positionIn(row, databaseId)
    },
    async indexRuns(databaseId, position, runs) {
      await pool.transaction(async ask => {
        // Only one process indexes at a time: all lock the row of the progress first
        const [progress] = await ask<IndexProgress>(`${PROGRESS} FOR UPDATE`)
        const stale = progress && staleness(progress, databaseId)
        if (stale === 'database') await dropAll(ask)
        if (stale === 'verdicts') await emptyIndex(ask)
        else await putRuns(ask, databaseId, position, runs)
        await ask(`NOTIFY ${CHANGES}`)
      })
    },
    async remove(runs) {
      if (runs.length === 0) return
      const column = (name: keyof RunKey) => runs.map(run => run[name])
      await pool.transaction(async ask => {
        await ask('SELECT FROM derived.progress FOR UPDATE')
        const keys = (['release', 'arch', 'package', 'runId'] as const).map(column)
        const failed = await ask<{ test: number; runId: string }>(FAILED, keys)
        await finishWork(ask, forgetAll(DERIVED, failed, { isOld: false }))
        await ask(REMOVE, [...keys, storedVerdicts(undefined)] as const)
        await ask(TELL_AGAIN, keys.slice(0, 3))
        await ask(`NOTIFY ${CHANGES}`)
      })
    },
    newest: (filter, page) => readNewest(pool, filter, page),
    async newestOf(test, verdicts, before) {
      const [known] = await pool.ask<{ id: number }>(TEST, [test.package, test.release, test.arch])
      if (known === undefined) return undefined
      const { sql, parameters } = newestOfStatement(known.id, { verdicts, before }, POSTGRES)
      const [newest] = await pool.ask<{ runId: string | null }>(sql, parameters)
      return typeof newest?.runId === 'string'
        ? { package: test.package, release: test.release, arch: test.arch, runId: newest.runId }
        : undefined
    },
  }
}

/** Runs are to be indexed again by this program's rules; those whose details are known keep them. */
async function emptyIndex(ask: Ask): Promise<void> {
  await ask(EMPTY)
  await ask('UPDATE derived.test SET told = NULL WHERE told IS NOT NULL')
  await ask('UPDATE derived.progress SET position = NULL, verdicts = $1, backlog = 0', [INDEX_RULES])
}

async function dropAll(ask: Ask): Promise<void> {
  await finishWork(ask, dropFailures(DERIVED))
  // They also refer to tests by number
  await dropTriggers(ask)
  await ask(DROP_ALL)
  await ask('UPDATE derived.progress SET backlog = 0')
}

async function putRuns(ask: Ask, databaseId: string, position: string, runs: readonly Run[]): Promise<void> {
  const releases = runs.map(run => run.release)
  const arches = runs.map(run => run.arch)
  const requesters = runs.map(findableRequester)
  const tests = await numberTests(ask, 'derived', runs)
  await ask(PUT_RELEASE_ARCHES, [releases, arches])
  await ask(PUT_REQUESTERS, [requesters])
  const verdicts = runs.map(run => storedVerdict(run.exitcode))
  const runIds = runs.map(run => run.runId)
  await ask(PUT_RUNS, [
    releases,
    arches,
    verdicts,
    runIds,
    tests,
    requesters,
    runs.map(run => Number(isReferenceRun(run))),
    databaseId,
    position,
    INDEX_RULES,
  ])
  const told = newestTold(runs, (_, place) => tests[place] as number)
  await ask(PUT_TOLD, [[...told.keys()], [...told.values()]])
}

async function readNewest(
  pool: PostgresPool,
  filter: RunFilter,
  page: { limit: number; offset: number },
): Promise<RunKey[]> {
  const [requester] =
    filter.requester === undefined
      ? []
      : await pool.ask<{ id: number }>('SELECT id FROM derived.requester WHERE name = $1', [filter.requester])
  if (filter.requester !== undefined && requester === undefined) return []
  const releaseArches = await pool.ask<{ id: number }>(RELEASE_ARCHES, [
    filter.release ?? null,
    filter.arch ?? null,
  ])
  if (releaseArches.length === 0 || !Number.isSafeInteger(page.offset + page.limit)) return []
  const { sql, parameters } = newestStatement(
    filter,
    { requester: requester?.id, releaseArches: releaseArches.map(one => one.id) },
    page,
    POSTGRES,
  )
  return pool.ask<RunKey>(sql, parameters)
}
