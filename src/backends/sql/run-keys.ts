import { type RawBuilder, sql } from 'kysely'
import type { RunKey } from '../../domain/test/test.ts'
import type { SqlEngine } from './migrations.ts'
import { storableJson } from './storable.ts'

/** A list of keys, in the forms that the engines need. */
export interface KeyLists {
  readonly json: string
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  readonly packages: readonly string[]
  readonly runIds: readonly string[]
}

/**
 * A list of keys as a table `k` with their place in `ord`, passed to the database in one parameter or four.
 */
export const keyTable: Record<SqlEngine, (lists: KeyLists) => RawBuilder<RunKey & { ord: number }>> = {
  sqlite: ({ json }) =>
    sql`(SELECT key AS ord, value->>0 AS release, value->>1 AS arch, value->>2 AS package,
      value->>3 AS "runId" FROM json_each(${json}))`,
  postgres: ({ releases, arches, packages, runIds }) =>
    sql`(SELECT * FROM unnest(${releases}::text[], ${arches}::text[], ${packages}::text[], ${runIds}::text[])
    WITH ORDINALITY AS list(release, arch, package, "runId", ord))`,
}

/** Keys as {@link keyTable} takes them. */
export const keyLists = (keys: readonly RunKey[]): KeyLists => ({
  get json() {
    return storableJson(keys.map(key => [key.release, key.arch, key.package, key.runId]))
  },
  get releases() {
    return keys.map(key => key.release)
  },
  get arches() {
    return keys.map(key => key.arch)
  },
  get packages() {
    return keys.map(key => key.package)
  },
  get runIds() {
    return keys.map(key => key.runId)
  },
})
