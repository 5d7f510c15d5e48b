import { OUTCOMES, type Outcome, storedOutcome } from '../../../domain/trigger/outcome.ts'
import type { Trigger } from '../../../domain/trigger/trigger.ts'
import type { Dialect } from '../newest.ts'
import type { OutcomeFilter, PackageOutcome, TestOutcome, TriggerIndex, VersionCounts } from '../triggers.ts'
import { readFailures } from './read-trigger-failures.ts'
import { allOf, contains, statement } from './statement.ts'
import { outcomeOf } from './stored-outcome.ts'

/** Rows of a statement. */
export type Read = <Row extends object>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>

type TriggerReading = Omit<TriggerIndex, 'position' | 'reached' | 'index' | 'remove' | 'refreshCurrent'>
type TestRow = Omit<TestOutcome, 'outcome'> & { readonly outcome: number }

/** The queries that both engines share. */
export function readTriggers(read: Read, dialect: Dialect): TriggerReading {
  const ask = <Row extends object>(write: Parameters<typeof statement>[1]): Promise<Row[]> => {
    const { sql, parameters } = statement(dialect, write)
    return read<Row>(sql, parameters)
  }
  const numberOf = async (trigger: Trigger): Promise<number | undefined> => {
    const [row] = await ask<{ id: number }>(
      (table, value) => `SELECT v.id FROM ${table('trigger_source')} AS s
        JOIN ${table('trigger_version')} AS v ON v.source = s.id
        WHERE s.name = ${value(trigger.source)} AND v.version = ${value(trigger.version)}`,
    )
    return row?.id
  }

  return {
    async versions(source, limit) {
      const rows = await ask<{ id: number; version: string; outcome: number; count: number }>(
        (table, value) => `SELECT v.id, v.version, c.outcome, CAST(sum(c.count) AS integer) AS count
          FROM (SELECT v.id, v.version FROM ${table('trigger_source')} AS s
            JOIN ${table('trigger_version')} AS v ON v.source = s.id
            WHERE s.name = ${value(source)} LIMIT ${value(limit)}) AS v
          JOIN ${table('trigger_count')} AS c ON c.trigger_version = v.id
          GROUP BY v.id, v.version, c.outcome`,
      )
      const versions = new Map<string, Partial<Record<Outcome, number>>>()
      for (const { version, outcome, count } of rows) {
        versions.set(version, { ...versions.get(version), [outcomeOf(outcome)]: count })
      }
      return [...versions].map(([version, counts]): VersionCounts => ({ version, counts }))
    },
    async sources(text, limit) {
      const rows = await ask<{ name: string }>(
        (table, value) => `SELECT name FROM ${table('trigger_source')}
          WHERE ${contains('name', text, value)} ORDER BY name LIMIT ${value(limit)}`,
      )
      return rows.map(row => row.name)
    },
    async counts(trigger) {
      const id = await numberOf(trigger)
      if (id === undefined) return undefined
      const rows = await ask<{ release: string; arch: string; outcome: number; count: number }>(
        (table, value) => `SELECT r.release, r.arch, c.outcome, c.count FROM ${table('trigger_count')} AS c
          JOIN ${table('release_arch')} AS r ON r.id = c.release_arch WHERE c.trigger_version = ${value(id)}`,
      )
      return rows.length === 0 ? undefined : rows.map(row => ({ ...row, outcome: outcomeOf(row.outcome) }))
    },
    async machineTime(trigger) {
      const [row] = await ask<{ runs: number; timed: number; seconds: number | string }>(
        (table, value) => `SELECT m.runs, m.timed, m.seconds FROM ${table('trigger_source')} AS s
          JOIN ${table('trigger_version')} AS v ON v.source = s.id
          JOIN ${table('trigger_time')} AS m ON m.trigger_version = v.id
          WHERE s.name = ${value(trigger.source)} AND v.version = ${value(trigger.version)} AND m.runs > 0`,
      )
      return row && { ...row, seconds: Number(row.seconds) }
    },
    async packages(trigger, filter, { limit, after }) {
      const id = await numberOf(trigger)
      const found: PackageOutcome[] = []
      for (const outcome of id === undefined ? [] : outcomesFrom(filter, after)) {
        const rows = await ask<{ package: string }>((table, value) => {
          const [test, join] = testJoin('o', filter, table, value)
          const conditions = allOf(
            `o.trigger_version = ${value(id)}`,
            `o.outcome = ${value(storedOutcome(outcome))}`,
            after?.outcome === outcome && `o.package > ${value(after.package)}`,
            filter.text !== undefined && contains('o.package', filter.text, value),
            decidedSince('o', filter, value),
            test,
            filter.outcome === undefined && noneIsWorse(filter, table, value),
          )
          return `SELECT DISTINCT o.package FROM ${table('trigger_outcome')} AS o ${join}
            WHERE ${conditions} ORDER BY o.package LIMIT ${value(limit - found.length)}`
        })
        found.push(...rows.map(row => ({ outcome, package: row.package })))
        if (found.length >= limit) break
      }
      return found
    },
    async outcomesOf(trigger, packages) {
      const id = await numberOf(trigger)
      if (id === undefined || packages.length === 0) return []
      const rows = await ask<TestRow>(
        (table, value) => `${testColumns(table)} WHERE o.trigger_version = ${value(id)}
          AND o.package IN (${packages.map(value).join(', ')})`,
      )
      return rows.map(testOutcome)
    },
    async tests(trigger, filter, { limit, after }) {
      const id = await numberOf(trigger)
      if (id === undefined) return []
      const rows = await ask<TestRow>((table, value) => {
        const last =
          after &&
          `(o.package, o.test) > (${value(after.package)}, COALESCE((SELECT id FROM ${table('test')}
            WHERE package = ${value(after.package)} AND release = ${value(after.release)} AND arch = ${value(after.arch)}), 0))`
        const conditions = allOf(
          `o.trigger_version = ${value(id)}`,
          last,
          filter.outcome !== undefined && `o.outcome = ${value(storedOutcome(filter.outcome))}`,
          filter.text !== undefined && contains('o.package', filter.text, value),
          decidedSince('o', filter, value),
          filter.release !== undefined && `t.release = ${value(filter.release)}`,
          filter.arch !== undefined && `t.arch = ${value(filter.arch)}`,
        )
        return `${testColumns(table)} WHERE ${conditions} ORDER BY o.package, o.test LIMIT ${value(limit)}`
      })
      return rows.map(testOutcome)
    },
    failures: readFailures(ask, dialect),
  }
}

/** The outcomes that a page may have, the worst first. */
function outcomesFrom(filter: OutcomeFilter, after: PackageOutcome | undefined): readonly Outcome[] {
  if (filter.outcome !== undefined) return [filter.outcome]
  return after === undefined ? OUTCOMES : OUTCOMES.slice(OUTCOMES.indexOf(after.outcome))
}

type Table = (name: string) => string
type Value = (value: unknown) => string

/** The condition of a filter on the test of a row, and the join that it needs. */
function testJoin(
  row: string,
  { release, arch }: OutcomeFilter,
  table: Table,
  value: Value,
  test = 't',
): [condition: string | undefined, join: string] {
  if (release === undefined && arch === undefined) return [undefined, '']
  const condition = allOf(
    release !== undefined && `${test}.release = ${value(release)}`,
    arch !== undefined && `${test}.arch = ${value(arch)}`,
  )
  return [condition, `JOIN ${table('test')} AS ${test} ON ${test}.id = ${row}.test`]
}

const decidedSince = (row: string, { since }: OutcomeFilter, value: Value): string | undefined =>
  since === undefined ? undefined : `${row}.run_id >= ${value(since)}`

/** Only the worst outcome of a package is listed. */
function noneIsWorse(filter: OutcomeFilter, table: Table, value: Value): string {
  const [test, join] = testJoin('w', filter, table, value, 'x')
  const worse = 'w.trigger_version = o.trigger_version AND w.package = o.package AND w.outcome > o.outcome'
  return `NOT EXISTS (SELECT 1 FROM ${table('trigger_outcome')} AS w ${join} WHERE ${allOf(worse, decidedSince('w', filter, value), test)})`
}

const testColumns = (table: Table): string =>
  `SELECT t.release, t.arch, o.package, o.run_id AS "runId", o.outcome, o.exitcode, o.version
    FROM ${table('trigger_outcome')} AS o JOIN ${table('test')} AS t ON t.id = o.test`

function testOutcome(row: TestRow): TestOutcome {
  return { ...row, outcome: outcomeOf(row.outcome) }
}
