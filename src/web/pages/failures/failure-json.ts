import type { SignatureCounts } from '../../../backends/derived/failures.ts'
import type { Note } from '../../../domain/note/note.ts'
import { runIdClock } from '../../../domain/run/run-id.ts'
import { verdictOf } from '../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../domain/trigger/trigger.ts'
import type { FailurePage } from '../../../queries/failures/failure.ts'
import type { FailureList } from '../../../queries/failures/failures.ts'
import { links } from '../../links.ts'
import { noteObject } from '../notes/note-json.ts'

/** When a run ended; null where its id does not say it. */
function timeOf(runId: string): string | null {
  const moment = runIdClock(runId)
  return moment === undefined ? null : `${moment.day}T${moment.clock}Z`
}

/** How often there are such failures, as programs see it. */
const countsJson = ({ runs, tests, firstRun, lastRun }: SignatureCounts) => ({
  ...{ runs, tests },
  first: timeOf(firstRun),
  last: timeOf(lastRun),
})

/** Of how many logs it is known; null where it is of all. */
const readingJson = (reading: FailureList['reading']) =>
  reading === undefined ? null : { read: reading.total - reading.waiting, of: reading.total }

/** A list of failures for programs. */
export function failureListObject({ failures, more, reading }: FailureList, baseUrl: string) {
  return {
    failures: failures.map(one => ({
      address: one.address,
      text: one.text,
      ...countsJson(one),
      newest_run: baseUrl + links.run(one.newest),
      url: baseUrl + links.failure(one),
    })),
    more,
    being_read: readingJson(reading),
  }
}

/** One failure for programs. */
export function failureObject(found: FailurePage, notes: readonly Note[], baseUrl: string) {
  const { signature, rows, more, triggers, reading } = found
  return {
    address: signature.address,
    text: signature.text,
    ...countsJson(signature),
    places: signature.places.map(place => ({
      release: place.release,
      arch: place.arch,
      ...countsJson(place),
    })),
    triggers: {
      compared: { with_this_failure: triggers.here, others_of_these_tests: triggers.elsewhere },
      ranked: triggers.ranked.map(({ trigger, here, elsewhere }) => ({
        trigger,
        with_this_failure: here,
        others_of_these_tests: elsewhere,
      })),
    },
    notes: notes.map(note => noteObject(note, baseUrl)),
    list: rows.map(({ run }) => ({
      ...{ package: run.package, release: run.release, arch: run.arch, run_id: run.runId },
      ...{ verdict: verdictOf(run.exitcode), version: run.version || null },
      triggers: splitTriggers(run.triggers),
      url: baseUrl + links.run(run),
    })),
    more,
    being_read: readingJson(reading),
  }
}
