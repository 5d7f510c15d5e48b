import type { Log } from '../../../log.ts'
import { listenForChanges } from '../../sql/postgres/listener.ts'
import type { PostgresPool } from '../../sql/postgres/postgres.ts'
import { finishWork, postgresTables } from '../../sql/postgres/work.ts'
import type { SqlTables } from '../../sql/work.ts'
import type { Notes } from '../notes.ts'
import { sqlNotes } from '../sql/notes.ts'

/** The channel on which changes of notes are announced. */
const CHANGES = 'autopkgtest_notes'
/** Writers of notes take turns, so that their limits are counted correctly. */
const TAKE_TURN = `SELECT pg_advisory_xact_lock(hashtextextended('autopkgtest-web notes', 0))`

/** Notes on a server, whose websites notify one another of changes. */
export async function postgresNotes(
  pool: PostgresPool,
  log: Log,
): Promise<{ readonly notes: Notes; close(): Promise<void> }> {
  const changes = await listenForChanges(pool, [CHANGES], log)
  const tables: SqlTables = {
    ...postgresTables(pool),
    transact: begin =>
      pool.transaction(async ask => {
        await ask(TAKE_TURN)
        const done = await finishWork(ask, begin())
        await ask(`NOTIFY ${CHANGES}`)
        return done
      }),
  }
  return {
    notes: { ...sqlNotes(tables), version: () => changes.version(CHANGES) },
    close: () => changes.close(),
  }
}
