import Database from 'better-sqlite3'
import { answerThread } from '../../../threads.ts'

export interface ReadInput {
  readonly file: string
  readonly sql: string
  readonly parameters: readonly unknown[]
}

await answerThread(({ file, sql, parameters }: ReadInput): unknown[] => {
  const db = new Database(file, { readonly: true })
  return db.prepare(sql).all(...parameters)
})
