import type { PostgresPool } from '../../sql/postgres/postgres.ts'
import { finishWork, postgresTables } from '../../sql/postgres/work.ts'
import type { SqlTables } from '../../sql/work.ts'
import { CHANGES } from './change-channel.ts'

/**
 * What is derived, for work that is the same on both engines: as on SQLite one writes at a time, and who listens is told of
 * each change.
 * @param progress the table of one row that all who write here take first
 */
export function derivedTables(pool: PostgresPool, progress: 'progress' | 'steadiness_progress'): SqlTables {
  return {
    ...postgresTables(pool),
    transact: begin =>
      pool.transaction(async ask => {
        await ask(`SELECT FROM derived.${progress} FOR UPDATE`)
        const done = await finishWork(ask, begin())
        await ask(`NOTIFY ${CHANGES}`)
        return done
      }),
  }
}
