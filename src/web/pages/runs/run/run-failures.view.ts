import type { StoredFailure } from '../../../../backends/derived/failures.ts'
import type { Note } from '../../../../domain/note/note.ts'
import { isRetryable, verdictOf } from '../../../../domain/run/verdict.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import type { RunPage } from '../../../../queries/runs/run.ts'
import { links } from '../../../links.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { runMoment } from '../../../ui/facts/time.ts'
import { shownText } from '../../../ui/markup/control-characters.ts'
import { markup } from '../../../ui/markup/markup.ts'
import { NotesView } from '../../../ui/notes/note-card.view.ts'
import { ReadingLogs } from '../../../ui/reading-logs.view.ts'

/** The number of failed tests that are unfolded, the run's own with all its lines; more are folded. */
const OPEN = 3

/** Why a run failed: the lines of its log that say it, and where else there are such. Nothing for one that did not. */
export function FailuresOfRun({
  page: { run, failures, reading, details, notes },
}: {
  readonly page: RunPage
}) {
  if (!isRetryable(verdictOf(run.exitcode))) return null
  if (failures === undefined) {
    const isToRead = details?.state === 'known' && details.log !== undefined
    return isToRead ? NotRead({ reading }) : null
  }
  const told = failures.filter(({ lines }) => lines.length > 0)
  if (told.length === 0)
    return markup`<p class="quiet">No line of the log that explains the failure was found.</p>`
  const [first, ...others] = told as [StoredFailure, ...StoredFailure[]]
  const notesAt = (failure: StoredFailure) => notes?.atFailures[failures.indexOf(failure)] ?? []
  const briefly = (failure: StoredFailure) => Failure({ run, failure, lines: 1, notes: notesAt(failure) })
  return markup`
    <section class="failures" aria-label="Why it failed">
      ${Failure({ run, failure: first, lines: first.lines.length, notes: notesAt(first) })}
      ${others.slice(0, OPEN - 1).map(briefly)}
      ${
        others.length >= OPEN &&
        markup`
          <details>
            <summary>${counted(others.length - OPEN + 1, 'more test')} that failed</summary>
            ${others.slice(OPEN - 1).map(briefly)}
          </details>
        `
      }
    </section>
  `
}

function NotRead({ reading }: Pick<RunPage, 'reading'>) {
  if (reading !== undefined) return ReadingLogs({ reading })
  return markup`<p class="quiet">The line of the log that explains the failure is not recorded.</p>`
}

function Failure({
  run,
  failure: { test, lines, signature },
  lines: most,
  notes,
}: {
  readonly run: RunKey
  readonly failure: StoredFailure
  readonly lines: number
  readonly notes: readonly Note[]
}) {
  return markup`
    <div class="failure">
      <ol>${lines.slice(0, most).map(
        ({ number, text }) => markup`
          <li><a href="${links.logLine(run, number)}">line ${number}</a> <code>${shownText(text)}</code></li>
        `,
      )}</ol>
      <p class="quiet">
        ${test !== '' && markup`In ${shownText(test)}. `}
        ${signature !== undefined && Elsewhere({ signature })}
      </p>
      ${NotesView({
        notes,
        label: 'Notes about this failure',
        all: links.notes({ package: run.package, state: 'open' }),
      })}
    </div>
  `
}

/** Where else there are such failures, with how many, since when. */
function Elsewhere({ signature }: { readonly signature: NonNullable<StoredFailure['signature']> }) {
  const { address, runs, tests, firstRun } = signature
  if (runs === 1)
    return markup`<a href="${links.failure({ address })}">No other run is known to have failed this way</a>`
  const words =
    tests === 1
      ? `Same failure in ${counted(runs - 1, 'other run')} of this test`
      : `Same failure in ${counted(tests - 1, 'other test')}`
  return markup`
    <a href="${links.failure({ address })}">${words}</a>${tests > 1 && markup` (${count(runs)} runs)`},
    since ${runMoment(firstRun)}
  `
}
