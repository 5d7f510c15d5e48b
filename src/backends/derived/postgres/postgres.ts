import type { Log } from '../../../log.ts'
import { listenForChanges } from '../../sql/postgres/listener.ts'
import { openPostgres } from '../../sql/postgres/postgres.ts'
import { postgresTables } from '../../sql/postgres/work.ts'
import type { Derived } from '../derived.ts'
import { sqlFailures } from '../sql/failures.ts'
import { sqlMoments } from '../sql/moments.ts'
import { sqlNews } from '../sql/news.ts'
import { sqlSteadiness } from '../sql/steadiness.ts'
import { sqlSubtests } from '../sql/subtests.ts'
import { CHANGES } from './change-channel.ts'
import { postgresDetails } from './details.ts'
import { derivedTables } from './locked-tables.ts'
import { postgresIndex } from './run-index.ts'
import { postgresTriggers } from './triggers.ts'

const CONNECTIONS = 3

/** Opens the derived data on a PostgreSQL server. */
export async function postgresDerived({ url, log }: { url: string; log: Log }): Promise<Derived> {
  const pool = await openPostgres({ url, log, database: 'derived', connections: CONNECTIONS })
  const changes = await listenForChanges(pool, [CHANGES], log)
  const index = postgresIndex(pool)
  const steadiness = sqlSteadiness(derivedTables(pool, 'steadiness_progress'))
  const triggers = postgresTriggers(pool)
  return {
    version: () => changes.version(CHANGES),
    onChange: listener => changes.onChange(CHANGES, listener),
    ...index,
    moments: sqlMoments('postgres', (sql, parameters) => pool.ask(sql, parameters)),
    triggers,
    steadiness,
    news: sqlNews(postgresTables(pool)),
    async remove(runs) {
      await index.remove(runs)
      await triggers.remove(runs)
      await steadiness.queue(runs)
    },
    ...postgresDetails(pool),
    failures: sqlFailures(derivedTables(pool, 'progress')),
    subtestsOf: sqlSubtests(postgresTables(pool)),
    check: async () => [],
    state: pool.state,
    async close() {
      await changes.close()
      await pool.close()
    },
  }
}
