import type { Run } from '../../../../domain/run/run.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import type { NotesOfRun } from '../../../../queries/notes/notes-of-run.ts'
import { links } from '../../../links.ts'
import { size } from '../../../ui/facts/numbers.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { retryLink } from '../../../ui/lists/runs-table.ts'
import { aroundMark } from '../../../ui/markup/document.ts'
import { escapedAlready, markup } from '../../../ui/markup/markup.ts'
import { versionText } from '../../../ui/markup/wrapping.ts'
import { noteMark } from '../../../ui/notes/note-mark.ts'
import { LogSearchForm } from '../log-search/search-form.view.ts'

export interface LogViewProps {
  readonly layout: LayoutData
  readonly test: RunKey
  /** Undefined if the database does not know the run, but the store has its log. */
  readonly run: Run | undefined
  readonly retryable: boolean
  /** Those at its failures, its test and its package; undefined while they cannot be read. */
  readonly notes: NotesOfRun | undefined
  /** Bytes of log.gz. */
  readonly compressed: number
}

/** Stands where the contents and the log go. */
const LOG_HERE = '<!--log-->'

/** The page around a log, before and after it, so that the log can be streamed in between. */
export function logPage(props: LogViewProps): { before: string; after: string } {
  return aroundLog(LogView(props))
}

/** What stands before and after the {@link LogHere} of a page. */
export function aroundLog(page: { toString(): string }): { before: string; after: string } {
  return aroundMark(page, LOG_HERE)
}

/** The place of the log, and how it is read. */
export function LogHere() {
  return markup`
    <p class="quiet keys">
      Keys: <kbd>n</kbd> <kbd>p</kbd> next and previous failure, <kbd>f</kbd> fold or unfold all
    </p>
    <article class="log" data-log="true">${escapedAlready(LOG_HERE)}</article>
  `
}

/** That its failures are known, on one line; the page of the run has the notes whole. */
function marksOf(notes: NotesOfRun | undefined) {
  const known = new Map(notes?.atFailures.flat().map(note => [note.id, note]))
  const above = notes?.above ?? []
  return markup`
    ${known.size > 0 && markup`<p class="log-facts">${noteMark([...known.values()])}</p>`}
    ${above.length > 0 && markup`<p class="log-facts">About the test or its package: ${noteMark(above)}</p>`}
  `
}

function LogView({ layout, test, run, retryable, notes, compressed }: LogViewProps) {
  return Layout({
    layout,
    title: `Log of ${test.package} on ${test.release}/${test.arch}`,
    children: markup`
      <h1>
        ${run && verdictLink(verdictOf(run.exitcode), links.run(test))} Log of${' '}
        <a href="${links.test(test)}">${test.package} on ${test.release}/${test.arch}</a>
      </h1>
      <p class="log-facts">
        ${run && markup`Version ${versionText(run.version)}, `}
        ${runTime(test.runId)} <a href="${links.run(test)}">run</a>${' '}
        <a href="${links.artifacts(test)}">artifacts</a>${' '}
        <a href="${links.rawFile(test, 'log.gz')}">raw log (${size(compressed)} compressed)</a>
        ${run && retryable && retryLink(run)}
      </p>
      ${marksOf(notes)}
      ${LogSearchForm({ run: test })}
      ${LogHere()}
    `,
  })
}
