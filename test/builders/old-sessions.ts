import type { DumpedRow } from '../../src/backends/state/sql/dump.ts'
import type { State } from '../../src/backends/state/state.ts'

/** Turns all sessions into those of a version that had only the cookie `session`. */
export async function asBeforeTakeovers(state: Pick<State, 'dump' | 'load'>): Promise<void> {
  const rows: DumpedRow[] = []
  for await (const { table, row } of state.dump()) {
    const { takeover_until: _, ...before } = row
    rows.push({ table, row: before })
  }
  await state.load(rows)
}
