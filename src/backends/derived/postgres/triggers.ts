import type { Run } from '../../../domain/run/run.ts'
import { type TestKey, testId } from '../../../domain/test/test.ts'
import { type CountedRun, stateAfter } from '../../../domain/trigger/trigger-state.ts'
import { numberTests } from '../../sql/postgres/number-tests.ts'
import type { Ask, PostgresPool } from '../../sql/postgres/postgres.ts'
import { POSTGRES } from '../newest.ts'
import { byTest } from '../triggers/by-test.ts'
import { type CountedTrigger, countRun, type KeptRun } from '../triggers/counted-run.ts'
import { readTriggers } from '../triggers/read-triggers.ts'
import type { Change, KeptTrigger } from '../triggers/settle.ts'
import { OUTCOME_RULES } from '../triggers/stored-outcome.ts'
import { type TimeChange, timeTally } from '../triggers/time-tally.ts'
import { isStaleIndex, type TriggerProgress } from '../triggers/trigger-progress.ts'
import type { CurrentVersionOf, TriggerIndex } from '../triggers.ts'
import { CHANGES } from './change-channel.ts'
import { keptStates, settleOutcomes, type TestToSettle } from './outcomes.ts'
import { numberTriggers, referenceNumber } from './trigger-numbers.ts'

const PROGRESS = 'SELECT database_id, position, reached, rules FROM derived.trigger_progress'
const MOVE = 'UPDATE derived.trigger_progress SET database_id = $1, position = $2, rules = $3, reached = $4'
const TABLES = ['run', 'outcome', 'count', 'time', 'pass', 'test', 'version', 'source']
const DROP = `TRUNCATE ${TABLES.map(name => `derived.trigger_${name}`).join(', ')}`
const PUT_RUNS = `INSERT INTO derived.trigger_run(test, trigger_version, run_id, exitcode, version, duration, tells)
  SELECT * FROM unnest($1::integer[], $2::integer[], $3::text[], $4::integer[], $5::text[], $6::integer[], $7::boolean[])
  ON CONFLICT DO NOTHING RETURNING test, trigger_version AS trigger, run_id AS "runId"`
const KNOWN_TESTS = `SELECT t.id, t.release, t.arch, t.package
  FROM unnest($1::text[], $2::text[], $3::text[]) AS g(release, arch, package)
  JOIN derived.test AS t ON t.package = g.package AND t.release = g.release AND t.arch = g.arch`
const RUNS = `SELECT r.test, r.trigger_version AS id, v.pass_group AS "group", r.run_id AS "runId", r.exitcode, r.version,
    r.duration, r.tells
  FROM derived.trigger_run AS r JOIN derived.trigger_version AS v ON v.id = r.trigger_version
  WHERE r.test = ANY($1::integer[])`
const REMOVE_RUNS = `DELETE FROM derived.trigger_run AS r
  USING unnest($1::integer[], $2::text[]) AS g(test, run_id) WHERE r.test = g.test AND r.run_id = g.run_id`
const ADD_TIMES = `INSERT INTO derived.trigger_time AS t(trigger_version, runs, timed, seconds)
  SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::bigint[])
  ON CONFLICT (trigger_version) DO UPDATE SET runs = t.runs + excluded.runs, timed = t.timed + excluded.timed,
    seconds = t.seconds + excluded.seconds`
const CURRENT = 'SELECT test, current FROM derived.trigger_test WHERE test = ANY($1::integer[])'
const TESTS = `SELECT c.test, c.current, t.release, t.arch, t.package
  FROM (SELECT test, current FROM derived.trigger_test WHERE test > $1 ORDER BY test LIMIT $2) AS c
  JOIN derived.test AS t ON t.id = c.test ORDER BY c.test`

/** Empties the tables of triggers, to be filled again from the first row. Their progress is locked first. */
export async function dropTriggers(ask: Ask, databaseId: string | null = null): Promise<void> {
  await ask('SELECT FROM derived.trigger_progress FOR UPDATE')
  await ask(DROP)
  await ask(MOVE, [databaseId, null, OUTCOME_RULES, null])
}

/** The outcomes of triggers; see {@link TriggerIndex}. */
export function postgresTriggers(pool: PostgresPool): TriggerIndex {
  /** Only one process changes it at a time: all lock the row of the progress first. */
  const changing = <T>(work: (ask: Ask, progress: TriggerProgress) => Promise<T>): Promise<T> =>
    pool.transaction(async ask => {
      const [progress] = await ask<TriggerProgress>(`${PROGRESS} FOR UPDATE`)
      const value = await work(ask, progress as TriggerProgress)
      await ask(`NOTIFY ${CHANGES}`)
      return value
    })

  return {
    async position(databaseId) {
      const [now] = await pool.ask<TriggerProgress>(PROGRESS)
      return now === undefined || isStaleIndex(now, databaseId) ? undefined : (now.position ?? undefined)
    },
    async reached() {
      const [now] = await pool.ask<TriggerProgress>(PROGRESS)
      return now?.reached ?? undefined
    },
    index: (databaseId, position, runs, currentOf) =>
      changing(async (ask, progress) => {
        if (isStaleIndex(progress, databaseId)) {
          await dropTriggers(ask, databaseId)
          return 0
        }
        const uncounted = await countRuns(ask, runs, currentOf)
        await ask(MOVE, [databaseId, position, OUTCOME_RULES, runs.at(-1)?.runId ?? progress.reached])
        return uncounted
      }),
    async remove(runs) {
      if (runs.length === 0) return
      await changing(async ask => {
        const wanted = byTest(runs)
        const keys = wanted.map(one => one.test)
        const known = await ask<TestKey & { id: number }>(KNOWN_TESTS, [
          keys.map(test => test.release),
          keys.map(test => test.arch),
          keys.map(test => test.package),
        ])
        const goneOf = new Map(wanted.map(({ test, runIds }) => [testId(test), runIds]))
        const gone = known.flatMap(test =>
          [...(goneOf.get(testId(test)) ?? [])].map(runId => ({ test: test.id, runId })),
        )
        if (gone.length > 0) await removeRuns(ask, known, gone)
      })
    },
    async refreshCurrent(currentOf, after, limit) {
      const tests = await pool.ask<TestKey & { test: number; current: string | null }>(TESTS, [after, limit])
      const moved = tests.filter(test => (currentOf(test) ?? null) !== test.current)
      if (moved.length > 0) {
        await changing(ask =>
          settleOutcomes(ask, new Map(moved.map(one => [one.test, changedTest(one, currentOf)]))),
        )
      }
      return tests.length < limit ? undefined : tests.at(-1)?.test
    },
    ...readTriggers((sql, parameters) => pool.ask(sql, parameters), POSTGRES),
  }
}

function changedTest(test: TestKey, currentOf: CurrentVersionOf): TestToSettle {
  return { test, current: currentOf(test), changes: new Map() }
}

/** Counts runs for their triggers; returns the number of runs that count for none. */
async function countRuns(ask: Ask, runs: readonly Run[], currentOf: CurrentVersionOf): Promise<number> {
  const counted = runs.map(run => ({ run, one: countRun(run) }))
  const pairs = counted.flatMap(({ run, one }) =>
    one.triggers.map(({ trigger, tells }) => ({ run, trigger, tells, ...one })),
  )
  if (pairs.length > 0) await countPairs(ask, pairs, currentOf)
  return counted.filter(({ one }) => !one.hasVersion).length
}

interface Pair extends Pick<KeptRun, 'counted' | 'duration'> {
  readonly run: Run
  readonly trigger: CountedTrigger
  readonly tells: boolean
}

async function addTimes(ask: Ask, changes: readonly TimeChange[]): Promise<void> {
  if (changes.length === 0) return
  await ask(ADD_TIMES, [
    changes.map(one => one.trigger),
    changes.map(one => one.runs),
    changes.map(one => one.timed),
    changes.map(one => one.seconds),
  ])
}

async function countPairs(ask: Ask, pairs: readonly Pair[], currentOf: CurrentVersionOf): Promise<void> {
  const triggers = await numberTriggers(
    ask,
    pairs.map(pair => pair.trigger),
  )
  const tests = await numberTests(
    ask,
    'derived',
    pairs.map(pair => pair.run),
  )
  const keyOf = (test: number, trigger: number, runId: string) => `${test} ${trigger} ${runId}`
  const put = await ask<{ test: number; trigger: number; runId: string }>(PUT_RUNS, [
    tests,
    triggers.map(trigger => trigger.id),
    pairs.map(pair => pair.counted.runId),
    pairs.map(pair => pair.counted.exitcode),
    pairs.map(pair => pair.counted.version),
    pairs.map(pair => pair.duration),
    pairs.map(pair => pair.tells),
  ])
  const isNew = new Set(put.map(row => keyOf(row.test, row.trigger, row.runId)))
  const times = timeTally()
  const added = pairs.flatMap(({ run, counted, duration, tells }, index) => {
    const [test, trigger] = [tests[index] as number, triggers[index] as KeptTrigger]
    if (!isNew.delete(keyOf(test, trigger.id, counted.runId))) return []
    times.count(trigger.id, duration, 1)
    return tells ? [{ run, counted, test, trigger }] : []
  })
  const before = await keptStates(
    ask,
    added.map(one => ({ ...one, package: one.run.package })),
  )
  const changed = new Map<number, TestToSettle>()
  for (const [index, { run, counted, test, trigger }] of added.entries()) {
    const at = changed.get(test) ?? changedTest(run, currentOf)
    changed.set(test, at)
    const known = before[index]
    const change: Change = at.changes.get(trigger.id) ?? { trigger, before: known, after: known }
    at.changes.set(trigger.id, change)
    change.after = stateAfter(change.after, counted, trigger.isReference)
  }
  await settleOutcomes(ask, changed)
  await addTimes(ask, times.all())
}

async function removeRuns(
  ask: Ask,
  tests: readonly (TestKey & { id: number })[],
  gone: readonly { readonly test: number; readonly runId: string }[],
): Promise<void> {
  const ids = tests.map(test => test.id)
  const reference = await referenceNumber(ask)
  const rows = await ask<RunRow>(RUNS, [ids])
  const isGone = new Set(gone.map(({ test, runId }) => `${test} ${runId}`))
  const goes = (row: { test: number; runId: string }) => isGone.has(`${row.test} ${row.runId}`)
  const touched = new Set(rows.filter(goes).map(row => `${row.test} ${row.id}`))
  const left = rows.filter(row => touched.has(`${row.test} ${row.id}`))
  if (left.length === 0) return
  const currents = await ask<{ test: number; current: string | null }>(CURRENT, [ids])
  const currentOf = new Map(currents.map(row => [row.test, row.current ?? undefined]))
  const keys = new Map(tests.map(test => [test.id, test]))
  const triggerOf = ({ id, group }: { id: number; group: number }): KeptTrigger => ({
    id,
    group,
    isReference: id === reference,
  })
  const before = await keptStates(
    ask,
    left.map(row => ({
      test: row.test,
      package: keys.get(row.test)?.package ?? '',
      trigger: triggerOf(row),
    })),
  )
  const [changed, times] = [new Map<number, TestToSettle>(), timeTally()]
  for (const [index, row] of left.entries()) {
    const test = keys.get(row.test) as TestKey
    const at = changed.get(row.test) ?? changedTest(test, () => currentOf.get(row.test))
    changed.set(row.test, at)
    const trigger = triggerOf(row)
    const change: Change = at.changes.get(row.id) ?? { trigger, before: before[index], after: undefined }
    at.changes.set(row.id, change)
    if (goes(row)) times.count(row.id, row.duration, -1)
    else if (row.tells) change.after = stateAfter(change.after, row, trigger.isReference)
  }
  await ask(REMOVE_RUNS, [gone.map(one => one.test), gone.map(one => one.runId)])
  await settleOutcomes(ask, changed)
  await addTimes(ask, times.all())
}

interface RunRow extends CountedRun {
  readonly test: number
  readonly id: number
  readonly group: number
  readonly duration: number | null
  readonly tells: boolean
}
