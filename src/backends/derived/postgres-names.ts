import { type TestKey, testId } from '../../domain/test.ts'
import type { Ask } from '../sql/postgres.ts'

/** The channel on which changes of what is derived are told. */
export const CHANGES = 'autopkgtest_derived'

const PUT = `INSERT INTO derived.test(release, arch, package)
  SELECT DISTINCT g.release, g.arch, g.package
  FROM unnest($1::text[], $2::text[], $3::text[]) AS g(release, arch, package)
  WHERE NOT EXISTS (SELECT FROM derived.test AS t
    WHERE t.package = g.package AND t.release = g.release AND t.arch = g.arch)
  ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING`
const GET = `SELECT t.id, t.release, t.arch, t.package
  FROM (SELECT DISTINCT release, arch, package FROM unnest($1::text[], $2::text[], $3::text[])
    AS g(release, arch, package)) AS g
  JOIN derived.test AS t ON t.package = g.package AND t.release = g.release AND t.arch = g.arch`

/** The numbers that stand for tests, in their order, made where there is none yet. */
export async function testsOf(ask: Ask, tests: readonly TestKey[]): Promise<number[]> {
  const columns = [
    tests.map(test => test.release),
    tests.map(test => test.arch),
    tests.map(test => test.package),
  ]
  await ask(PUT, columns)
  const rows = await ask<TestKey & { id: number }>(GET, columns)
  const ids = new Map(rows.map(row => [testId(row), row.id]))
  return tests.map(test => ids.get(testId(test)) as number)
}
