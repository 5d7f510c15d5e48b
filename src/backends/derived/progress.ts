import { STORED_VERDICTS } from '../../domain/run/verdict.ts'

/** What the index of runs was made from, and how far: the row that both engines keep. */
export interface Progress {
  /** The results database; null: nothing was ever indexed. */
  readonly database_id: string | null
  readonly position: string | null
  /** The {@link STORED_VERDICTS} of the program that made it. */
  readonly verdicts: string
}

/** Why the index cannot be gone on with: it is of another database, or by another table of verdicts. */
export function staleness(
  { database_id, verdicts }: Progress,
  databaseId: string,
): 'database' | 'verdicts' | undefined {
  if (database_id === null) return undefined
  if (database_id !== databaseId) return 'database'
  return verdicts === STORED_VERDICTS ? undefined : 'verdicts'
}

/** How far the index of this database has come that can be gone on with and looked into. */
export function positionIn(progress: Progress, databaseId: string): string | undefined {
  return (staleness(progress, databaseId) === undefined ? progress.position : undefined) ?? undefined
}
