import type { CompiledQuery } from 'kysely'
import type { SqlEngine } from './migrations.ts'

/** Statements in order, written once for both engines: each is yielded, and its rows are returned. */
export type Work<T> = Generator<CompiledQuery, T, unknown[]>

/** The tables of one database on one engine. */
export interface SqlTables {
  readonly engine: SqlEngine
  /** The rows of a statement that only reads. */
  read<Row extends object>(query: CompiledQuery<Row>): Promise<Row[]>
  /** Runs work in one transaction, perhaps several times until it is committed. */
  transact<T>(work: () => Work<T>): Promise<T>
}

/** Yields a statement; returns its rows, typed. */
export function* ask<Row>(query: CompiledQuery<Row>): Work<Row[]> {
  return (yield query) as Row[]
}

/** A single statement as work. */
export const only =
  <Row>(query: CompiledQuery<Row>) =>
  (): Work<Row[]> =>
    ask(query)
