import { type TestKey, testId } from '../../../domain/test/test.ts'
import type { DatabaseName } from '../migrations.ts'
import type { Ask } from './postgres.ts'

const GIVEN = 'unnest($1::text[], $2::text[], $3::text[]) AS given(release, arch, package)'
const SAME = 't.package = given.package AND t.release = given.release AND t.arch = given.arch'

/**
 * Tests of the results are removed with their last row: those that are to get one must stay until the
 * transaction ends. All transactions that lock several do so in the order of their numbers.
 */
const KEEP: Readonly<Partial<Record<DatabaseName, string>>> = {
  results: 'ORDER BY t.id FOR KEY SHARE OF t',
}

/**
 * The numbers that stand for tests in the table `test` of a schema, in their order; missing ones are created.
 * Only inside a transaction, and always in the same order, so that two transactions that create some cannot
 * deadlock.
 */
export async function numberTests(
  ask: Ask,
  schema: DatabaseName,
  tests: readonly TestKey[],
): Promise<number[]> {
  const distinct = new Map(tests.map(test => [testId(test), test]))
  const ids = new Map<string, number>()
  const find = async () => {
    const rows = await ask<TestKey & { id: number }>(
      `SELECT t.id, t.release, t.arch, t.package FROM ${GIVEN} JOIN ${schema}.test AS t ON ${SAME} ${KEEP[schema] ?? ''}`,
      columnsOf(distinct),
    )
    for (const row of rows) {
      ids.set(testId(row), row.id)
      distinct.delete(testId(row))
    }
  }
  // Repeated only if a test that another transaction had just created was removed again meanwhile
  for (await find(); distinct.size > 0; await find()) {
    await ask(
      `INSERT INTO ${schema}.test(release, arch, package) SELECT * FROM ${GIVEN} ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING`,
      columnsOf(distinct),
    )
  }
  return tests.map(test => ids.get(testId(test)) as number)
}

function columnsOf(tests: ReadonlyMap<string, TestKey>): string[][] {
  const list = [...tests.values()]
  return [list.map(test => test.release), list.map(test => test.arch), list.map(test => test.package)]
}
