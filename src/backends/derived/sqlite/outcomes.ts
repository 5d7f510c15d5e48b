import type { CountedRun } from '../../../domain/trigger/trigger-state.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { type Change, type KeptTrigger, keptState, type Standard, settle } from '../triggers/settle.ts'
import { IS_FAILURE, isStoredFailure } from '../triggers/stored-outcome.ts'
import { tally } from '../triggers/tally.ts'

/** A test at which something changed. */
export interface TestToSettle {
  readonly package: string
  readonly release: string
  readonly releaseArch: number
  /** Its package's current version in the archive. */
  readonly current: string | undefined
  /** By the trigger's number. */
  readonly changes: Map<number, Change>
}

const KEPT = `SELECT outcome, run_id AS runId, exitcode, version FROM trigger_outcome
  WHERE trigger_version = ? AND package = ? AND test = ?`
const PUT = `INSERT OR REPLACE INTO trigger_outcome(trigger_version, package, test, outcome, run_id, exitcode, version,
    release)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
const TAKE = 'DELETE FROM trigger_outcome WHERE trigger_version = ? AND package = ? AND test = ?'
const CHANGE = 'UPDATE trigger_outcome SET outcome = ? WHERE trigger_version = ? AND package = ? AND test = ?'
const FAILED = `SELECT o.trigger_version AS id, v.pass_group AS "group", o.outcome
  FROM trigger_outcome o CROSS JOIN trigger_version v
  WHERE o.test = ? AND o.${IS_FAILURE} AND v.id = o.trigger_version`
const CURRENT = 'SELECT current FROM trigger_test WHERE test = ?'
const PUT_CURRENT = `INSERT INTO trigger_test(test, current) VALUES (?, ?)
  ON CONFLICT(test) DO UPDATE SET current = excluded.current`
const PASSES = 'SELECT pass_group AS "group", version, count FROM trigger_pass WHERE test = ?'
const ADD_PASSES = `INSERT INTO trigger_pass(test, pass_group, version, count) VALUES (?, ?, ?, ?)
  ON CONFLICT(test, pass_group, version) DO UPDATE SET count = count + excluded.count`
const NO_PASSES = 'DELETE FROM trigger_pass WHERE test = ? AND pass_group = ? AND version = ? AND count = 0'
const ADD_COUNT = `INSERT INTO trigger_count(trigger_version, release_arch, outcome, count) VALUES (?, ?, ?, ?)
  ON CONFLICT(trigger_version, release_arch, outcome) DO UPDATE SET count = count + excluded.count`
const NO_COUNT = `DELETE FROM trigger_count
  WHERE trigger_version = ? AND release_arch = ? AND outcome = ? AND count = 0`
type KeptRow = CountedRun & { outcome: number }

export interface SqliteOutcomes {
  /** The kept state of a trigger at a test, as a change without any change yet. */
  unchanged(test: number, packageName: string, trigger: KeptTrigger): Change
  /** The version in the archive by which a test was judged. */
  currentOf(test: number): string | undefined
  /**
   * Writes the consequences of changes at tests, by their numbers: outcomes, counts and their basis.
   * @param reference the number of the baseline's trigger, if it has one
   */
  settle(changed: ReadonlyMap<number, TestToSettle>, reference: number | undefined): void
}

/** The tables of outcomes; only inside write transactions. */
export function sqliteOutcomes(sqlite: SqliteFile): SqliteOutcomes {
  const put = (sql: string, ...values: readonly unknown[]) => sqlite.writing(sql).run(...values)
  const keptCurrent = (test: number) => sqlite.writing(CURRENT).pluck().get(test) as string | null | undefined
  const keptRow = (trigger: number, packageName: string, test: number) =>
    sqlite.writing(KEPT).get(trigger, packageName, test) as KeptRow | undefined

  function standardOf(
    test: number,
    packageName: string,
    reference: number | undefined,
  ): Omit<Standard, 'current'> {
    const baseline = reference === undefined ? undefined : keptRow(reference, packageName, test)
    const passes = new Map<number, Map<string, number>>()
    for (const { group, version, count } of sqlite.writing(PASSES).all(test) as PassRow[]) {
      passes.set(group, (passes.get(group) ?? new Map()).set(version, count))
    }
    return { baseline: baseline && keptState(baseline).state, passes }
  }

  return {
    currentOf: test => keptCurrent(test) ?? undefined,
    unchanged(test, packageName, trigger) {
      const row = keptRow(trigger.id, packageName, test)
      const before = row && keptState(row)
      return { trigger, before, after: before }
    },
    settle(changed, reference) {
      const counts = tally()
      for (const [test, { package: name, release, releaseArch, current, changes }] of changed) {
        const before = keptCurrent(test)
        const standard = { ...standardOf(test, name, reference), current: before ?? undefined }
        const { rows, passes, judge } = settle(standard, [...changes.values()], current)
        if (before !== (current ?? null)) put(PUT_CURRENT, test, current ?? null)
        for (const { trigger, before, after } of rows) {
          if (after === undefined) put(TAKE, trigger.id, name, test)
          else
            put(
              PUT,
              trigger.id,
              name,
              test,
              after.stored,
              after.run.runId,
              after.run.exitcode,
              after.run.version,
              isStoredFailure(after.stored) ? release : null,
            )
          if (!trigger.isReference) counts.move(trigger.id, releaseArch, before, after?.stored)
        }
        for (const { group, version, more } of passes) {
          put(ADD_PASSES, test, group, version, more)
          if (more < 0) put(NO_PASSES, test, group, version)
        }
        if (judge === undefined) continue
        const failed = sqlite.writing(FAILED).all(test) as { id: number; group: number; outcome: number }[]
        for (const { id, group, outcome } of failed) {
          const judged = judge(group)
          if (judged === outcome) continue
          put(CHANGE, judged, id, name, test)
          counts.move(id, releaseArch, outcome, judged)
        }
      }
      for (const { trigger, releaseArch, stored, more } of counts.all()) {
        put(ADD_COUNT, trigger, releaseArch, stored, more)
        if (more < 0) put(NO_COUNT, trigger, releaseArch, stored)
      }
    },
  }
}

interface PassRow {
  readonly group: number
  readonly version: string
  readonly count: number
}
