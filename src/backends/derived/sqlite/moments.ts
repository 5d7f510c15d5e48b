import { readInThread } from '../../sql/sqlite/read-in-thread.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import type { Moments } from '../moments.ts'
import { sqlMoments } from '../sql/moments.ts'

/** Comparing this many tests of a release takes a few milliseconds, less than starting a thread. */
const FEW = 2_000

const COUNT = 'SELECT count(*) AS tests FROM (SELECT 1 FROM test WHERE release = ? LIMIT ?)'

/**
 * Compares the results of few tests directly, and of many in a thread, so that other requests need not wait.
 */
export function sqliteMoments(sqlite: SqliteFile): Moments {
  const here = sqlMoments('sqlite', async (sql, parameters) => sqlite.all(sql, parameters))
  const apart = sqlMoments('sqlite', (sql, parameters) => readInThread(sqlite.file, sql, parameters))
  const areFew = (release: string): boolean =>
    (sqlite.get<{ tests: number }>(COUNT, [release, FEW + 1])?.tests ?? 0) <= FEW
  return {
    compare(from, to, filter, page) {
      const way = areFew(from.release) && areFew(to.release) ? here : apart
      return way.compare(from, to, filter, page)
    },
  }
}
