import type { Kysely } from 'kysely'
import type { SqlEngine } from '../../sql/migrations.ts'
import { queryBuilder } from '../../sql/query-builder.ts'

/**
 * The tables of accounts, requests, GitHub's jobs and notes, the same on both engines; times in milliseconds
 * since 1970.
 */
export interface StateTables {
  session: {
    hash: string
    claimed_id: string
    nickname: string
    expires: number
    takeover_until: number | null
  }
  nonce: { hash: string; until: number }
  api_key: {
    hash: string
    id: string
    name: string
    created: number
    expires: number | null
    last_used: number | null
  }
  signing_key: { value: string; created: number; expires: number | null }
  request: {
    uuid: string
    context: string
    release: string
    arch: string
    package: string
    fingerprint: string
    body: string
    run_id_suffix: string
    requester: string
    readable_by: string
    source: string
    address: string
    state: string
    submitted: number
    published: number | null
    reason: string | null
  }
  github_job: {
    id: string
    release: string
    arch: string
    package: string
    testname: string
    statuses_url: string
    container: string
    params: string
    address: string
    uuid: string
    step: string
    outcome: string | null
    run_id: string | null
    reason: string | null
    reported: string | null
    accepted: number
    due: number | null
    failures: number
  }
  refusal: {
    number?: number
    requester: string
    source: string
    address: string
    asked: string
    reason: string
    at: number
  }
  queue_sample: { span: number; minute: number; sample: string }
  note: {
    id: string
    kind: string
    package: string
    release: string
    arch: string
    run_id: string
    subtest: string
    signature: string
    signature_text: string
    rules: number
    line_number: number
    line: string
    text: string
    arches: string
    until_pass: number
    author: string
    made: number
    changed: number
    edits: number
    state: string
    ended: number | null
    ended_by: string | null
  }
  note_change: {
    number?: number
    note: string
    change: string
    name: string
    source: string
    address: string
    at: number
    text: string
    arches: string
    until_pass: number
  }
}

/** Compiles statements over these tables. */
export function stateBuilder(engine: SqlEngine): Kysely<StateTables> {
  return queryBuilder<StateTables>(engine, 'state')
}
