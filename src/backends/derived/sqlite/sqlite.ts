import type { Log } from '../../../log.ts'
import { checkFile } from '../../sql/sqlite/check-file.ts'
import { openSqlite } from '../../sql/sqlite/sqlite.ts'
import { watchVersion } from '../../sql/sqlite/watch-changes.ts'
import { sqliteTables } from '../../sql/sqlite/work.ts'
import type { Derived } from '../derived.ts'
import { sqlFailures } from '../sql/failures.ts'
import { sqlNews } from '../sql/news.ts'
import { sqlSteadiness } from '../sql/steadiness.ts'
import { sqlSubtests } from '../sql/subtests.ts'
import { sqliteDetails } from './details.ts'
import { sqliteMoments } from './moments.ts'
import { sqliteNames } from './name-numbers.ts'
import { sqliteIndex } from './run-index.ts'
import { sqliteTriggers } from './triggers.ts'

/** Opens the file of derived data; whatever is lost in a power cut is derived again. */
export async function sqliteDerived({ file, log }: { file: string; log: Log }): Promise<Derived> {
  const sqlite = openSqlite({ file, log, database: 'derived', rebuildable: true })
  const names = sqliteNames(sqlite)
  const index = sqliteIndex(sqlite, names)
  const steadiness = sqlSteadiness(sqliteTables(sqlite))
  const triggers = sqliteTriggers(sqlite, names)
  const version = () => String(sqlite.dataVersion())
  const watch = watchVersion(file, version)
  return {
    version,
    onChange: watch.onChange,
    ...index,
    moments: sqliteMoments(sqlite),
    triggers,
    steadiness,
    news: sqlNews(sqliteTables(sqlite)),
    async remove(runs) {
      await index.remove(runs)
      await triggers.remove(runs)
      await steadiness.queue(runs)
    },
    ...sqliteDetails(sqlite, names),
    failures: sqlFailures(sqliteTables(sqlite)),
    subtestsOf: sqlSubtests(sqliteTables(sqlite)),
    check: () => checkFile(file),
    state: async () => sqlite.state(),
    async close() {
      watch.close()
      sqlite.close()
    },
  }
}
