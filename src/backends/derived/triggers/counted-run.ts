import type { Run } from '../../../domain/run/run.ts'
import { standsAlone } from '../../../domain/trigger/outcome.ts'
import { MIGRATION_REFERENCE, parseTrigger } from '../../../domain/trigger/trigger.ts'
import { type CountedRun, countedTriggers, countedVersion } from '../../../domain/trigger/trigger-state.ts'
import { storableText } from '../../sql/storable.ts'

/** Longer versions would not fit into an index; no package has one. */
const LONGEST_VERSION = 300

export interface CountedTrigger {
  readonly source: string
  readonly version: string
  readonly isReference: boolean
  readonly standsAlone: boolean
}

/** A run as it is kept, with the triggers that it counts for; undefined if it has no version, and counts for none. */
export function countRun(
  run: Run,
): { readonly counted: CountedRun; readonly triggers: readonly CountedTrigger[] } | undefined {
  const version = countedVersion(run)
  if (version === undefined) return undefined
  const { runId, exitcode } = run
  return {
    counted: {
      runId: storableText(runId),
      exitcode,
      version: storableText(version.slice(0, LONGEST_VERSION)),
    },
    triggers: countedTriggers(run, version).map(countedTrigger),
  }
}

export function countedTrigger(text: string): CountedTrigger {
  const { source = '', version = '' } = parseTrigger(storableText(text)) ?? {}
  return { source, version, isReference: text === MIGRATION_REFERENCE, standsAlone: standsAlone(source) }
}
