import type { RunKey } from '../../../domain/test/test.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'

const TEST = 'SELECT id FROM test WHERE package = ? AND release = ? AND arch = ?'
const REMOVE = 'DELETE FROM result WHERE test_id = ? AND run_id = ?'
const REMOVE_EMPTY =
  'DELETE FROM test WHERE id = ? AND NOT EXISTS (SELECT 1 FROM result WHERE test_id = test.id)'

/** Removes rows, and tests without any rows left, in one transaction; returns the number of rows. */
export function removeRuns(sqlite: SqliteFile, runs: readonly RunKey[]): number {
  const testId = sqlite.writing(TEST).pluck()
  return sqlite.transaction(() => {
    const touched = new Set<number>()
    let removed = 0
    for (const run of runs) {
      const id = testId.get(run.package, run.release, run.arch) as number | undefined
      if (id === undefined) continue
      touched.add(id)
      removed += sqlite.writing(REMOVE).run(id, run.runId).changes
    }
    for (const id of touched) sqlite.writing(REMOVE_EMPTY).run(id)
    return removed
  })
}
