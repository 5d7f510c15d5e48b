import type { PostgresPool } from '../../sql/postgres/postgres.ts'
import { finishWork, postgresTables } from '../../sql/postgres/work.ts'
import type { SqlTables } from '../../sql/work.ts'
import { CHANGES } from './change-channel.ts'

/**
 * The derived tables, for work that is the same on both engines: as on SQLite, there is one writer at a time,
 * and listeners are told of each change.
 * @param progress the table of one row that all writers here lock first
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
