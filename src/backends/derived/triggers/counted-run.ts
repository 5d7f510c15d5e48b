import type { Run } from '../../../domain/run/run.ts'
import { standsAlone } from '../../../domain/trigger/outcome.ts'
import { MIGRATION_REFERENCE, parseTrigger, type Trigger } from '../../../domain/trigger/trigger.ts'
import {
  type CountedRun,
  countedVersion,
  countsFor,
  wellFormedTriggers,
} from '../../../domain/trigger/trigger-state.ts'
import { storableText } from '../../sql/storable.ts'
import { keptDuration } from './time-tally.ts'

/** Longer versions would not fit into an index; no package has one. */
const LONGEST_VERSION = 300

export interface CountedTrigger extends Trigger {
  readonly isReference: boolean
  readonly standsAlone: boolean
}

/** A run as it is kept. */
export interface KeptRun {
  readonly counted: CountedRun
  /** Whole seconds; null if not known. */
  readonly duration: number | null
  /** Whether it counts for its triggers, which needs a version. */
  readonly hasVersion: boolean
  readonly triggers: readonly {
    readonly trigger: CountedTrigger
    /** Whether it has an outcome; if not, only its time counts. */
    readonly tells: boolean
  }[]
}

export function countRun(run: Run): KeptRun {
  const version = countedVersion(run)
  return {
    counted: {
      runId: storableText(run.runId),
      exitcode: run.exitcode,
      version: storableText((version ?? '').slice(0, LONGEST_VERSION)),
    },
    duration: keptDuration(run.duration),
    hasVersion: version !== undefined,
    triggers: wellFormedTriggers(run).map(text => {
      const tells = countsFor(run, version, parseTrigger(text) as Trigger)
      return { trigger: countedTrigger(text), tells }
    }),
  }
}

export function countedTrigger(text: string): CountedTrigger {
  const { source = '', version = '' } = parseTrigger(storableText(text)) ?? {}
  return { source, version, isReference: text === MIGRATION_REFERENCE, standsAlone: standsAlone(source) }
}
