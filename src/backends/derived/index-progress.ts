import { STORED_VERDICTS } from '../../domain/run/verdict.ts'

/** The rules by which a row of the index follows from a run: rows made by other rules are made again. */
export const INDEX_RULES = `${STORED_VERDICTS}; references apart; newest told`

/** The source of the index of runs, and how far it has come: the row that both engines keep. */
export interface IndexProgress {
  /** The results database; null if nothing was ever indexed. */
  readonly database_id: string | null
  readonly position: string | null
  /** The {@link INDEX_RULES} of the program that made it. */
  readonly verdicts: string
}

/** Why the index cannot be continued: it is of another database, or was made by other rules. */
export function staleness(
  { database_id, verdicts }: IndexProgress,
  databaseId: string,
): 'database' | 'verdicts' | undefined {
  if (database_id === null) return undefined
  if (database_id !== databaseId) return 'database'
  return verdicts === INDEX_RULES ? undefined : 'verdicts'
}

/** How far the index of this database has come, if it can be continued and read. */
export function positionIn(progress: IndexProgress, databaseId: string): string | undefined {
  return (staleness(progress, databaseId) === undefined ? progress.position : undefined) ?? undefined
}
