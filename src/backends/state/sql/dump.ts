import { BadInput } from '../../../domain/errors.ts'

/** One row of a table in a backup, by the names of its columns, the same on both engines. */
export interface DumpedRow {
  readonly table: string
  readonly row: Readonly<Record<string, string | number | null>>
}

/** Tables that are in no backup: the holders of locks, and the steps of the schema that were run here. */
export const NOT_DUMPED = ['lease', 'migration']

/** The number of rows of one statement. */
const BATCH = 500

/** Rows of one table that have the same columns, in their order. */
export interface DumpedBatch {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly DumpedRow['row'][]
}

/**
 * Gathers rows into batches for a schema with these tables and columns. BadInput for an unknown table or
 * column: the backup is then of a newer version, or no backup.
 */
export async function* gatherBatches(
  rows: AsyncIterable<DumpedRow> | Iterable<DumpedRow>,
  schema: ReadonlyMap<string, ReadonlySet<string>>,
): AsyncGenerator<DumpedBatch> {
  let table = ''
  let columns: string[] = []
  let batch: DumpedRow['row'][] = []
  for await (const one of rows) {
    const names = Object.keys(one.row)
    const same =
      one.table === table && names.length === columns.length && names.every((n, i) => n === columns[i])
    if (!same || batch.length >= BATCH) {
      if (batch.length > 0) yield { table, columns, rows: batch }
      const known = schema.get(one.table)
      const unknown = names.find(name => !known?.has(name))
      if (known === undefined)
        throw new BadInput(`the backup has a table ${one.table} that this version does not know`)
      if (unknown !== undefined)
        throw new BadInput(`the backup has a column ${one.table}.${unknown} that this version does not know`)
      ;[table, columns, batch] = [one.table, names, []]
    }
    batch.push(one.row)
  }
  if (batch.length > 0) yield { table, columns, rows: batch }
}
