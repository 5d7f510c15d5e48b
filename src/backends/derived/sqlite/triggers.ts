import type { TestKey } from '../../../domain/test/test.ts'
import { type CountedRun, stateAfter } from '../../../domain/trigger/trigger-state.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { type Dialect, SQLITE } from '../newest.ts'
import { byTest } from '../triggers/by-test.ts'
import { countRun } from '../triggers/counted-run.ts'
import { readTriggers } from '../triggers/read-triggers.ts'
import type { Change, KeptTrigger } from '../triggers/settle.ts'
import { OUTCOME_RULES } from '../triggers/stored-outcome.ts'
import { type TimeChange, timeTally } from '../triggers/time-tally.ts'
import { isStaleIndex, type TriggerProgress } from '../triggers/trigger-progress.ts'
import type { CurrentVersionOf, TriggerIndex } from '../triggers.ts'
import type { SqliteNames } from './name-numbers.ts'
import { sqliteOutcomes, type TestToSettle } from './outcomes.ts'
import { sqliteTriggerNames } from './trigger-names.ts'

const PROGRESS = 'SELECT database_id, position, reached, rules FROM trigger_progress'
const MOVE = 'UPDATE trigger_progress SET database_id = ?, position = ?, rules = ?, reached = ?'
const PUT_RUN = `INSERT OR IGNORE INTO trigger_run(test, trigger_version, run_id, exitcode, version, duration, tells)
  VALUES (?, ?, ?, ?, ?, ?, ?)`
const TEST = 'SELECT id FROM test WHERE package = ? AND release = ? AND arch = ?'
const RUNS = `SELECT r.trigger_version AS id, v.pass_group AS "group", r.run_id AS runId, r.exitcode, r.version,
    r.duration, r.tells
  FROM trigger_run r CROSS JOIN trigger_version v WHERE r.test = ? AND v.id = r.trigger_version`
const REMOVE_RUN = 'DELETE FROM trigger_run WHERE test = ? AND trigger_version = ? AND run_id = ?'
const TESTS = `SELECT c.test, c.current, t.release, t.arch, t.package FROM trigger_test c CROSS JOIN test t
  WHERE c.test > ? AND t.id = c.test ORDER BY c.test LIMIT ?`

const ADD_TIME = `INSERT INTO trigger_time(trigger_version, runs, timed, seconds) VALUES (?, ?, ?, ?)
  ON CONFLICT(trigger_version) DO UPDATE SET runs = runs + excluded.runs, timed = timed + excluded.timed,
    seconds = seconds + excluded.seconds`

/** All tables that are made from runs for triggers; emptied as a whole. */
const TABLES = [
  'trigger_run',
  'trigger_outcome',
  'trigger_count',
  'trigger_time',
  'trigger_pass',
  'trigger_test',
  'trigger_version',
  'trigger_source',
]

/** Empties the tables of triggers, to be filled again from the first row. */
export function dropTriggers(sqlite: SqliteFile): void {
  for (const table of TABLES) sqlite.writing(`DELETE FROM ${table}`).run()
  sqlite.writing(MOVE).run(null, null, OUTCOME_RULES, null)
}

/** The outcomes of triggers; see {@link TriggerIndex}. */
export function sqliteTriggers(sqlite: SqliteFile, names: SqliteNames): TriggerIndex {
  const triggers = sqliteTriggerNames(sqlite)
  const outcomes = sqliteOutcomes(sqlite)

  return {
    async position(databaseId) {
      const now = sqlite.get<TriggerProgress>(PROGRESS)
      return now === undefined || isStaleIndex(now, databaseId) ? undefined : (now.position ?? undefined)
    },
    async reached() {
      return sqlite.get<TriggerProgress>(PROGRESS)?.reached ?? undefined
    },
    async index(databaseId, position, runs, currentOf) {
      return names.transaction(() => {
        const now = sqlite.writing(PROGRESS).get() as TriggerProgress
        if (isStaleIndex(now, databaseId)) {
          dropTriggers(sqlite)
          sqlite.writing(MOVE).run(databaseId, null, OUTCOME_RULES, null)
          return 0
        }
        names.refresh()
        const [changed, times] = [new Map<number, TestToSettle>(), timeTally()]
        const numberOf = triggers.remembering()
        let uncounted = 0
        for (const run of runs) {
          const { counted, duration, hasVersion, triggers: all } = countRun(run)
          if (!hasVersion) uncounted++
          const { runId, exitcode, version } = counted
          for (const { trigger, tells } of all) {
            const test = names.testOf(run)
            const kept = numberOf(trigger)
            const put = sqlite
              .writing(PUT_RUN)
              .run(test, kept.id, runId, exitcode, version, duration, Number(tells))
            if (put.changes === 0) continue
            times.count(kept.id, duration, 1)
            if (!tells) continue
            const at = changed.get(test) ?? changedTest(run, names.releaseArchOf(run), currentOf)
            changed.set(test, at)
            const change: Change = at.changes.get(kept.id) ?? outcomes.unchanged(test, run.package, kept)
            change.after = stateAfter(change.after, counted, kept.isReference)
            at.changes.set(kept.id, change)
          }
        }
        outcomes.settle(changed, triggers.reference())
        addTimes(times.all())
        sqlite.writing(MOVE).run(databaseId, position, OUTCOME_RULES, runs.at(-1)?.runId ?? now.reached)
        return uncounted
      })
    },
    async remove(runs) {
      names.transaction(() => {
        names.refresh()
        const [changed, times] = [new Map<number, TestToSettle>(), timeTally()]
        for (const { test: key, runIds } of byTest(runs)) {
          const test = sqlite.writing(TEST).pluck().get(key.package, key.release, key.arch)
          if (typeof test !== 'number') continue
          const at = changedTest(key, names.releaseArchOf(key), () => outcomes.currentOf(test))
          if (removeRuns(test, key.package, runIds, at, times)) changed.set(test, at)
        }
        outcomes.settle(changed, triggers.reference())
        addTimes(times.all())
      })
    },
    async refreshCurrent(currentOf, after, limit) {
      const tests = sqlite.all<TestKey & { test: number; current: string | null }>(TESTS, [after, limit])
      const moved = tests.filter(test => (currentOf(test) ?? null) !== test.current)
      if (moved.length > 0) {
        names.transaction(() => {
          names.refresh()
          outcomes.settle(
            new Map(moved.map(test => [test.test, changedTest(test, names.releaseArchOf(test), currentOf)])),
            triggers.reference(),
          )
        })
      }
      return tests.length < limit ? undefined : tests.at(-1)?.test
    },
    ...readTriggers(async (sql, parameters) => sqlite.all(sql, [named(parameters)]), NAMED),
  }

  function addTimes(changes: readonly TimeChange[]): void {
    for (const { trigger, runs, timed, seconds } of changes)
      sqlite.writing(ADD_TIME).run(trigger, runs, timed, seconds)
  }

  /** Takes runs from a test, and notes the changes of their triggers; false if it had none of them. */
  function removeRuns(
    test: number,
    packageName: string,
    gone: ReadonlySet<string>,
    at: TestToSettle,
    times: ReturnType<typeof timeTally>,
  ): boolean {
    const reference = triggers.reference()
    const rows = sqlite.writing(RUNS).all(test) as RunRow[]
    const touched = new Set(rows.filter(row => gone.has(row.runId)).map(row => row.id))
    for (const row of rows) {
      if (!touched.has(row.id)) continue
      const kept: KeptTrigger = { id: row.id, group: row.group, isReference: row.id === reference }
      const known = at.changes.get(row.id)
      const change: Change = known ?? { ...outcomes.unchanged(test, packageName, kept), after: undefined }
      at.changes.set(row.id, change)
      if (gone.has(row.runId)) {
        sqlite.writing(REMOVE_RUN).run(test, row.id, row.runId)
        times.count(row.id, row.duration, -1)
      } else if (row.tells === 1) change.after = stateAfter(change.after, row, kept.isReference)
    }
    return touched.size > 0
  }
}

interface RunRow extends CountedRun {
  readonly id: number
  readonly group: number
  readonly duration: number | null
  readonly tells: number
}

/** Named parameters, as statements are not assembled in the order of their text. */
const NAMED: Dialect = { ...SQLITE, placeholder: number => `@p${number}` }
const named = (parameters: readonly unknown[]) =>
  Object.fromEntries(parameters.map((parameter, index) => [`p${index + 1}`, parameter]))

function changedTest(test: TestKey, releaseArch: number, currentOf: CurrentVersionOf): TestToSettle {
  const { package: name, release } = test
  return { package: name, release, releaseArch, current: currentOf(test), changes: new Map() }
}
