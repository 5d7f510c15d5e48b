import type { CompiledQuery } from 'kysely'
import type { SqlTables, Work } from '../work.ts'
import type { SqliteFile } from './sqlite.ts'

/** Runs work to its end, inside a transaction. */
export function finishWork<T>(sqlite: SqliteFile, work: Work<T>): T {
  const run = ({ sql, parameters }: CompiledQuery) => {
    const statement = sqlite.writing(sql)
    if (statement.reader) return statement.all(...parameters)
    statement.run(...parameters)
    return []
  }
  let step = work.next()
  while (!step.done) step = work.next(run(step.value))
  return step.value
}

/** The tables of an open file. */
export function sqliteTables(sqlite: SqliteFile): SqlTables {
  return {
    engine: 'sqlite',
    read: async ({ sql, parameters }) => sqlite.all(sql, parameters),
    transact: async work => sqlite.transaction(() => finishWork(sqlite, work())),
  }
}
