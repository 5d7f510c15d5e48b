import type { LogIndex } from '../../domain/log/log-index.ts'
import type { Subtest } from '../../domain/run/subtest.ts'
import type { RunDetails, StoredDetails } from './derived.ts'

/** No attempt is put off for longer: one that seems to be was put off by a wrong clock, and is due. */
export const LONGEST_WAIT_MS = 24 * 60 * 60_000

/** Details as both engines keep them: JSON, or the reason why there are none. */
export interface DetailRow {
  readonly reason: string | null
  readonly subtests: string | null
  readonly log: string | null
}

export function detailRow({ subtests, log }: RunDetails): DetailRow {
  return {
    reason: null,
    subtests: JSON.stringify(subtests),
    log: log === undefined ? null : JSON.stringify(log),
  }
}

/** PostgreSQL cannot store NUL in a text. */
export function missingRow(reason: string): DetailRow {
  return { reason: reason.replaceAll('\0', '\uFFFD'), subtests: null, log: null }
}

export function storedDetails({ reason, subtests, log }: DetailRow): StoredDetails {
  if (reason !== null) return { state: 'missing', reason }
  return {
    state: 'known',
    subtests: JSON.parse(subtests ?? '[]') as Subtest[],
    log: log === null ? undefined : (JSON.parse(log) as LogIndex),
  }
}
