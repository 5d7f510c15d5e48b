import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  everyFilterQuery,
  everyResultsQuery,
  type NamedQuery,
  newestOfQuery,
} from '../../../../test/backends/every-query.ts'
import { aRun } from '../../../../test/builders/run.ts'
import { silentLog } from '../../../log.ts'
import { sqliteDerived } from '../../derived/sqlite/sqlite.ts'
import { sqliteResults } from './sqlite.ts'

/** Reading an index from its end is a SCAN too; a limit right there bounds it. */
const BOUNDED_SCANS = [
  /^SCAN (page|k|json_each|newest)\b/,
  /^SCAN result USING COVERING INDEX result_run_ix$/,
]

describe('plans on SQLite', () => {
  let folder: string
  let results: Database.Database
  let derived: Database.Database
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-test-'))
    const files = { results: join(folder, 'results.db'), derived: join(folder, 'derived.db') }
    await (await sqliteResults({ file: files.results, log: silentLog })).close()
    await (await sqliteDerived({ file: files.derived, log: silentLog })).close()
    results = new Database(files.results, { readonly: true })
    derived = new Database(files.derived, { readonly: true })
  })
  afterAll(() => {
    results.close()
    derived.close()
    rmSync(folder, { recursive: true })
  })

  const planOf = (db: Database.Database, { sql, parameters }: NamedQuery): string[] =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]).map(
      row => row.detail,
    )
  const expectBounded = (plan: readonly string[], name: string) => {
    const scans = plan.filter(line => line.startsWith('SCAN') && !BOUNDED_SCANS.some(form => form.test(line)))
    expect(scans, `${name}: ${plan.join(' / ')}`).toEqual([])
    // Only the rows of a page are sorted again, after the limit
    const sorts = plan.filter(line => line.includes('TEMP B-TREE'))
    const isPage = plan.some(line => /^SCAN (page|json_each)\b/.test(line))
    expect(sorts.length, `${name}: ${plan.join(' / ')}`).toBeLessThanOrEqual(isPage ? 1 : 0)
    expect(plan.join(), name).not.toContain('AUTOMATIC')
  }

  it('reads runs by an index only, and sorts nothing but a page', () => {
    const queries = everyResultsQuery('sqlite', [aRun()])
    expect(queries).toHaveLength(11)
    for (const query of queries) expectBounded(planOf(results, query), query.name)
  })

  it('serves every combination of filters by an index, in the order of run ids', () => {
    const releaseArches = ['noble', 'jammy'].flatMap((release, r) =>
      ['amd64', 's390x'].map((arch, a) => ({ id: 1 + 2 * r + a, release, arch })),
    )
    const queries = everyFilterQuery('sqlite', { requester: 1, releaseArches })
    expect(queries).toHaveLength(15)
    for (const query of queries) {
      const plan = planOf(derived, query)
      expectBounded(plan, query.name)
      const read = plan.filter(line => / run_index /.test(line))
      expect(read, query.name).not.toEqual([])
      const index = /requester/.test(query.name) ? /USING COVERING INDEX fact_requester/ : /USING PRIMARY KEY/
      expect(
        read.every(line => index.test(line)),
        `${query.name}: ${read.join(' / ')}`,
      ).toBe(true)
    }
  })

  it('finds the newest run of a test by verdict at the end of a stretch of an index', () => {
    const plan = planOf(derived, newestOfQuery('sqlite', 1))
    const read = plan.filter(line => / run_index /.test(line))
    expect(read).toHaveLength(3)
    for (const line of read)
      expect(line).toMatch(/USING COVERING INDEX fact_test_ix \(test=\? AND verdict=\?( AND run_id<\?)?\)/)
    expect(plan.join()).not.toContain('TEMP B-TREE')
  })
})
