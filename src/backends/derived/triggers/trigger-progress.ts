import { OUTCOME_RULES } from './stored-outcome.ts'

/** The source of the index of triggers, its progress and rules: the row that both engines keep. */
export interface TriggerProgress {
  readonly database_id: string | null
  readonly position: string | null
  /** The run that was counted last. */
  readonly reached: string | null
  readonly rules: number
}

/** Whether it cannot be continued, as it is of another results database, or was made by other rules. */
export function isStaleIndex({ database_id, rules }: TriggerProgress, databaseId: string): boolean {
  return database_id !== null && (database_id !== databaseId || rules !== OUTCOME_RULES)
}
