import type { Generated, Kysely } from 'kysely'
import type { SqlEngine } from '../../sql/migrations.ts'
import { queryBuilder } from '../../sql/query-builder.ts'

/** The tables of failures and those that they are joined with, the same on both engines. */
export interface DerivedTables {
  test: { id: number; release: string; arch: string; package: string }
  release_arch: { id: number; release: string; arch: string }
  run_index: { release_arch: number; verdict: number; run_id: string; test: number }
  detail: {
    test: number
    run_id: string
    log: string | null
    failure_rules: number | null
  }
  signature: { id: Generated<number>; hash: string; text: string; words: string }
  failure: {
    test: number
    run_id: string
    number: number
    subtest: string
    lines: string
    signature: number | null
  }
  signature_run: { signature: number; run_id: string; test: number }
  signature_count: {
    signature: number
    release: string
    arch: string
    runs: number
    tests: number
    first_run: string
    last_run: string
  }
  failure_queue: { run_id: string; test: number }
  failure_progress: { one: number; rules: number | null; since: string; total: number; waiting: number }
  progress: { one: number }
}

/** Compiles statements over these tables. */
export function derivedBuilder(engine: SqlEngine): Kysely<DerivedTables> {
  return queryBuilder<DerivedTables>(engine, 'derived')
}
