import Database from 'better-sqlite3'
import { answerThread } from '../../../threads.ts'

export interface CheckInput {
  readonly file: string
}

/** The most problems that one check reports. */
const MOST = 100

await answerThread(({ file }: CheckInput): string[] => {
  const db = new Database(file, { readonly: true })
  const integrity = db.pragma(`integrity_check(${MOST})`) as { integrity_check: string }[]
  const damage = integrity.map(row => row.integrity_check).filter(words => words !== 'ok')
  const orphans = db
    .prepare(`SELECT "table", rowid AS row FROM pragma_foreign_key_check LIMIT ${MOST}`)
    .all() as {
    table: string
    row: number
  }[]
  return [...damage, ...orphans.map(({ table, row }) => `row ${row} of ${table} refers to a missing row`)]
})
