import type { SqlEngine } from '../sql/migrations.ts'
import type { MachineTimeRow, Results } from './results.ts'

/** Runs of a time are found by the index of their ids. The most names of each kind, the costliest first. */
const MOST_NAMES = 500
/** Lists of triggers, one for most uploads: the cost of each list is summed. */
const MOST_LISTS = 20_000

/** Both drivers return `double precision` as a number, however large the sum. */
const statement = (mark: string, kind: MachineTimeRow['kind'], name: string, most: number): string =>
  `SELECT '${kind}' AS kind, ${name} AS name, CAST(count(*) AS double precision) AS runs,
    CAST(sum(r.duration) AS double precision) AS seconds
  FROM results.result AS r JOIN results.test AS t ON t.id = r.test_id
  WHERE r.run_id >= ${mark} AND r.duration > 0 AND ${name} <> ''
  GROUP BY ${name} ORDER BY seconds DESC, name LIMIT ${most}`

const PARTS: readonly (readonly [MachineTimeRow['kind'], string, number])[] = [
  ['arch', 't.arch', MOST_NAMES],
  ['package', 't.package', MOST_NAMES],
  ['requester', 'r.requester', MOST_NAMES],
  ['triggers', 'r.triggers', MOST_LISTS],
]

/** The cost of runs since a moment, part by part. One statement, as each takes a thread or a connection. */
export function readMachineTime(
  engine: SqlEngine,
  ask: (sql: string, parameters: readonly unknown[], signal?: AbortSignal) => Promise<MachineTimeRow[]>,
): Results['machineTime'] {
  const mark = engine === 'sqlite' ? '?' : '$1'
  const parts = PARTS.map(
    ([kind, name, most]) => `SELECT * FROM (${statement(mark, kind, name, most)}) AS of_${kind}`,
  )
  const text = parts.join(' UNION ALL ')
  const sql = engine === 'sqlite' ? text.replaceAll('results.', '') : text
  return async ({ since, signal }) => {
    signal?.throwIfAborted()
    // A run id begins with the end of the run in UTC, such as 20261130_074512
    const from = since.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
    return ask(sql, engine === 'sqlite' ? PARTS.map(() => from) : [from], signal)
  }
}
