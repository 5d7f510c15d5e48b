import type { SqlEngine } from '../sql/migrations.ts'
import type { MachineTimeRow, Results } from './results.ts'

/** Runs of a time are found by the index of their ids; so many names of each kind are told, those that cost most first. */
const MOST_NAMES = 500
/** Lists of triggers, one for most uploads: what each of a list cost is summed behind. */
const MOST_LISTS = 20_000

/** `double precision` is a number to both drivers, however large the sum. */
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

/** What runs since a moment cost, part by part: each is a statement of its own, so that none holds others up for long. */
export function readMachineTime(
  engine: SqlEngine,
  ask: (sql: string, parameters: readonly unknown[], signal?: AbortSignal) => Promise<MachineTimeRow[]>,
): Results['machineTime'] {
  return async ({ since, signal }) => {
    // A run id begins with the end of the run in UTC, such as 20261130_074512
    const from = since.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
    const rows: MachineTimeRow[] = []
    for (const [kind, name, most] of PARTS) {
      signal?.throwIfAborted()
      const text = statement(engine === 'sqlite' ? '?' : '$1', kind, name, most)
      rows.push(...(await ask(engine === 'sqlite' ? text.replaceAll('results.', '') : text, [from], signal)))
    }
    return rows
  }
}
