import type { SqlTables, Work } from '../work.ts'
import type { Ask, PostgresPool } from './postgres.ts'

/** Runs work to its end, inside a transaction. */
export async function finishWork<T>(ask: Ask, work: Work<T>): Promise<T> {
  let step = work.next()
  while (!step.done) step = work.next(await ask(step.value.sql, step.value.parameters))
  return step.value
}

/** The tables of a schema on a server. */
export function postgresTables(pool: PostgresPool): SqlTables {
  return {
    engine: 'postgres',
    read: ({ sql, parameters }) => pool.ask(sql, parameters),
    transact: begin => pool.transaction(ask => finishWork(ask, begin())),
  }
}
