import { MIGRATION_REFERENCE } from '../../../domain/trigger/trigger.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { type CountedTrigger, countedTrigger } from '../triggers/counted-run.ts'
import { ALL, type KeptTrigger } from '../triggers/settle.ts'

const SOURCE = 'SELECT id FROM trigger_source WHERE name = ?'
const PUT_SOURCE = 'INSERT INTO trigger_source(name) VALUES (?)'
const VERSION = 'SELECT id FROM trigger_version WHERE source = ? AND version = ?'
const PUT_VERSION = 'INSERT INTO trigger_version(source, version, pass_group) VALUES (?, ?, ?)'

/** The numbers of triggers; only inside write transactions. */
export interface SqliteTriggerNames {
  /** Creates missing numbers, and remembers them for one transaction. */
  remembering(): (trigger: CountedTrigger) => KeptTrigger
  /** The number of the baseline, if it has one. */
  reference(): number | undefined
}

export function sqliteTriggerNames(sqlite: SqliteFile): SqliteTriggerNames {
  const find = (sql: string, ...values: readonly unknown[]) =>
    sqlite
      .writing(sql)
      .pluck()
      .get(...values) as number | undefined
  const put = (sql: string, ...values: readonly unknown[]) =>
    Number(sqlite.writing(sql).run(...values).lastInsertRowid)
  const numberOf = ({ source: name, version, isReference, standsAlone }: CountedTrigger): KeptTrigger => {
    const source = find(SOURCE, name) ?? put(PUT_SOURCE, name)
    const group = standsAlone ? source : ALL
    const id = find(VERSION, source, version) ?? put(PUT_VERSION, source, version, group)
    return { id, group, isReference }
  }
  return {
    remembering() {
      const known = new Map<string, KeptTrigger>()
      return trigger => {
        const key = `${trigger.source}/${trigger.version}`
        const kept = known.get(key) ?? numberOf(trigger)
        known.set(key, kept)
        return kept
      }
    },
    reference() {
      const { source: name, version } = countedTrigger(MIGRATION_REFERENCE)
      const source = find(SOURCE, name)
      return source === undefined ? undefined : find(VERSION, source, version)
    },
  }
}
