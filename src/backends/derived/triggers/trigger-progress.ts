import { OUTCOME_RULES } from './stored-outcome.ts'

/** What the index of triggers was made from, how far, and by which rules: the row that both engines keep. */
export interface TriggerProgress {
  readonly database_id: string | null
  readonly position: string | null
  /** The run that was counted last. */
  readonly reached: string | null
  readonly rules: number
}

/** Whether it cannot be gone on with, as it is of another results database, or by other rules. */
export function isStaleIndex({ database_id, rules }: TriggerProgress, databaseId: string): boolean {
  return database_id !== null && (database_id !== databaseId || rules !== OUTCOME_RULES)
}
