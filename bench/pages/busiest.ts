import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { RunKey, TestKey } from '../../src/domain/test/test.ts'

/** The packages and tests that are requested most, the busiest first. */
export interface Busiest {
  readonly packages: readonly string[]
  readonly tests: readonly TestKey[]
  /** The newest run of each of those tests. */
  readonly runs: readonly RunKey[]
}

const COUNTS = `SELECT t.package, t.release, t.arch, g.runs, g.runId
  FROM (SELECT test_id, count(*) AS runs, max(run_id) AS runId FROM result GROUP BY test_id) g
  JOIN test t ON t.id = g.test_id ORDER BY g.runs DESC`

/** The `count` busiest packages and tests of a generated database; reads one of its indexes from end to end. */
export function findBusiest(folder: string, count: number): Busiest {
  const db = new Database(join(folder, 'autopkgtest.db'), { readonly: true })
  const rows = db.prepare(COUNTS).all() as (RunKey & { runs: number })[]
  db.close()
  const perPackage = new Map<string, number>()
  for (const row of rows) perPackage.set(row.package, (perPackage.get(row.package) ?? 0) + row.runs)
  const packages = [...perPackage].sort((a, b) => b[1] - a[1]).map(([name]) => name)
  const runs = rows.slice(0, count).map(({ runs: _runs, ...run }) => run)
  return { packages: packages.slice(0, count), tests: runs, runs }
}
