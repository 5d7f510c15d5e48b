import { storedOutcome } from '../../../domain/trigger/outcome.ts'
import { storableJson } from '../../sql/storable.ts'
import type { Dialect } from '../newest.ts'
import type { FailureFilter, TestOutcome, TriggerFailure } from '../triggers.ts'
import { allOf, type statement } from './statement.ts'
import { IS_FAILURE, outcomeOf } from './stored-outcome.ts'

type WriteStatement = Parameters<typeof statement>[1]
type AskRows = <Row extends object>(write: WriteStatement) => Promise<Row[]>
type FailureRow = Omit<TestOutcome, 'outcome'> & {
  readonly outcome: number
  readonly source: string
  readonly trigger: string
}

/**
 * Reads failures: by the trigger's source or the test's package where given, as few match; otherwise by the
 * deciding runs, newest first, no further than the limit. A release has its own index, as those of an old one
 * are far behind.
 */
export function readFailures(
  ask: AskRows,
  { list }: Pick<Dialect, 'list'>,
): (filter: FailureFilter, limit: number) => Promise<TriggerFailure[]> {
  return async (filter, limit) => {
    if (filter.outcomes.length === 0 || filter.arches?.length === 0 || filter.exitcodes?.length === 0)
      return []
    const rows = await ask<FailureRow>((table, value) => {
      const select = (from: string, condition: string) => {
        const all = allOf(condition, `o.${IS_FAILURE}`, ...conditionsOf(filter, value, list))
        return `SELECT * FROM (SELECT t.release, t.arch, o.package, o.run_id AS "runId", o.outcome, o.exitcode,
            o.version, s.name AS source, v.version AS trigger
          FROM ${from} WHERE ${all} ORDER BY o.run_id DESC LIMIT ${value(limit)}) AS part`
      }
      const [outcome, test, version, source] = [
        `${table('trigger_outcome')} AS o`,
        `${table('test')} AS t`,
        `${table('trigger_version')} AS v`,
        `${table('trigger_source')} AS s`,
      ]
      const joined = 't.id = o.test AND v.id = o.trigger_version AND s.id = v.source'
      const numbers = filter.outcomes.map(storedOutcome)
      const among = `o.outcome IN (${numbers.join(', ')})`
      if (filter.source !== undefined) {
        return select(
          [source, version, outcome, test].join(' CROSS JOIN '),
          allOf(
            `s.name = ${value(filter.source)}`,
            'v.source = s.id',
            'o.trigger_version = v.id',
            't.id = o.test',
            among,
          ),
        )
      }
      if (filter.package !== undefined) {
        return select(
          [test, outcome, version, source].join(' CROSS JOIN '),
          allOf(`t.package = ${value(filter.package)}`, 'o.test = t.id', joined, among),
        )
      }
      const from = [outcome, test, version, source].join(' CROSS JOIN ')
      const each = numbers.map(number => select(from, `o.outcome = ${number} AND ${joined}`))
      return `${each.join(' UNION ALL ')} ORDER BY "runId" DESC LIMIT ${value(limit)}`
    })
    return rows.map(({ source, trigger, ...row }) => ({
      ...row,
      outcome: outcomeOf(row.outcome),
      trigger: { source, version: trigger },
    }))
  }
}

function conditionsOf(
  filter: FailureFilter,
  value: (value: unknown) => string,
  many: Dialect['list'],
): (string | undefined)[] {
  const given = <T>(one: T | undefined, write: (one: T) => string) =>
    one === undefined ? undefined : write(one)
  const list = (values: readonly unknown[]) => values.map(value).join(', ')
  return [
    given(filter.source && filter.package ? filter.package : undefined, name => `t.package = ${value(name)}`),
    given(filter.packages, names => `o.package IN ${many(value(storableJson(names)))}`),
    given(filter.sources, names => `s.name IN ${many(value(storableJson(names)))}`),
    given(filter.release, release => `o.release = ${value(release)}`),
    given(filter.arches, arches => `t.arch IN (${list(arches)})`),
    given(filter.exitcodes, codes => `o.exitcode IN (${list(codes)})`),
    filter.onlyUnknown === true ? `o.version = 'unknown'` : undefined,
    given(filter.from, from => `o.run_id >= ${value(from)}`),
    given(filter.before, before => `o.run_id < ${value(before)}`),
  ]
}
