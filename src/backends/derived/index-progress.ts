import { STORED_VERDICTS } from '../../domain/run/verdict.ts'

/** By which rules a row of the index follows from a run: what was made by others is made again. */
export const INDEX_RULES = `${STORED_VERDICTS}; references apart`

/** What the index of runs was made from, and how far: the row that both engines keep. */
export interface IndexProgress {
  /** The results database; null: nothing was ever indexed. */
  readonly database_id: string | null
  readonly position: string | null
  /** The {@link INDEX_RULES} of the program that made it. */
  readonly verdicts: string
}

/** Why the index cannot be gone on with: it is of another database, or by other rules. */
export function staleness(
  { database_id, verdicts }: IndexProgress,
  databaseId: string,
): 'database' | 'verdicts' | undefined {
  if (database_id === null) return undefined
  if (database_id !== databaseId) return 'database'
  return verdicts === INDEX_RULES ? undefined : 'verdicts'
}

/** How far the index of this database has come that can be gone on with and looked into. */
export function positionIn(progress: IndexProgress, databaseId: string): string | undefined {
  return (staleness(progress, databaseId) === undefined ? progress.position : undefined) ?? undefined
}
