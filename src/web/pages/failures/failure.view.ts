import type { SignatureInAll } from '../../../backends/derived/failures.ts'
import type { Note } from '../../../domain/note/note.ts'
import type { Run } from '../../../domain/run/run.ts'
import type { FailurePage, TriggersOfFailure } from '../../../queries/failures/failure.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.ts'
import { count, counted } from '../../ui/facts/numbers.ts'
import { runMoment } from '../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { Pagination } from '../../ui/lists/pagination.view.ts'
import { runsTable } from '../../ui/lists/runs-table.ts'
import { selectionForm } from '../../ui/lists/selection.ts'
import { shownText } from '../../ui/markup/control-characters.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'
import { wrapping } from '../../ui/markup/wrapping.ts'
import { NotesView } from '../../ui/notes/note-card.view.ts'
import { ReadingLogs } from '../../ui/reading-logs.view.ts'

export interface FailureViewProps {
  readonly layout: LayoutData
  readonly found: FailurePage
  readonly page: { readonly limit: number; readonly offset: number }
  /** Those at this way of failing, in whatever subtest. */
  readonly notes: readonly Note[]
}

/** Which failures are one failure, since when, with what? */
export function FailureView({ layout, found, page: { limit, offset }, notes }: FailureViewProps) {
  const { signature, rows, more, triggers, reading } = found
  const text = shownText(signature.text)
  const to = (from: number) => links.failure(signature, { offset: from > 0 ? from : undefined })
  return Layout({
    layout,
    title: text.length > 80 ? `${text.slice(0, 80)}…` : text,
    children: markup`
      <p class="crumbs"><a href="${links.failures()}">Failures</a></p>
      <h1>${
        signature.tests === 1
          ? 'A failure of one test'
          : `The same failure in ${count(signature.tests)} tests`
      }</h1>
      <pre class="failure-text">${text}</pre>
      <p>
        ${counted(signature.runs, 'run')} since ${runMoment(signature.firstRun)}
        ${signature.runs > 1 && markup`, the last one ${runMoment(signature.lastRun)}`}.
      </p>
      ${NotesView({ notes, label: 'Notes about this failure', all: links.notes() })}
      ${rows[0] && LeaveHere({ run: rows[0].run, address: signature.address })}
      ${ReadingLogs({ reading })}
      <div class="failure-facts">
        <section><h2>What triggered them</h2>${Triggers({ triggers })}</section>
        <section><h2>Where</h2>${places(signature)}</section>
      </div>
      <h2>Runs</h2>
      ${
        rows.length === 0
          ? Empty({ children: 'There are no more runs.' })
          : runsTable({
              rows,
              caption: `Runs ${count(offset + 1)} to ${count(offset + rows.length)}, newest first`,
              columns: 'packages',
            })
      }
      ${selectionForm(rows)}
      ${Pagination({
        newest: offset > 0 ? to(0) : undefined,
        newer: offset > 0 ? to(Math.max(0, offset - limit)) : undefined,
        older: more ? to(offset + limit) : undefined,
      })}
      <p class="quiet"><a href="${links.failureJson(signature)}">This failure as JSON</a></p>
    `,
  })
}

/** A note is left at a run that fails so: the newest of those shown. */
function LeaveHere({ run, address }: { readonly run: Run; readonly address: string }) {
  const { package: name, release, arch, runId } = run
  const href = links.newNote({ at: `failure:${address}`, package: name, release, arch, run: runId })
  return markup`<p class="quiet"><a href="${href}" rel="nofollow">Leave a note</a></p>`
}

/** Triggers that are more frequent with this failure than elsewhere; with both numbers, as it is only a hint. */
function Triggers({ triggers: { ranked, here, elsewhere } }: { readonly triggers: TriggersOfFailure }) {
  if (ranked.length === 0) {
    return Empty({
      children:
        here === 0
          ? 'No run with this failure is recorded any more.'
          : 'No trigger is more frequent in these runs than in other runs of the same tests.',
    })
  }
  return markup`
    <div class="wide" tabindex="0">
      <table>
        <caption>More frequent here than in other runs of the same tests</caption>\n
        <thead>
          <tr>
            <th scope="col">Trigger</th>
            <th scope="col" class="n">Of ${count(here)} with this failure</th>
            <th scope="col" class="n">Of ${counted(elsewhere, 'other')}</th>
          </tr>
        </thead>\n
        <tbody>\n
          ${ranked.map(
            one => markup`
              <tr>
                <td><code>${wrapping(one.trigger)}</code></td>
                <td class="n">${count(one.here)}</td>
                <td class="n">${count(one.elsewhere)}</td>
              </tr>\n
            `,
          )}
        </tbody>
      </table>
    </div>
  `
}

/** Runs by architecture and release. */
function places({ places: all }: SignatureInAll): Markup {
  const releases = [...new Set(all.map(place => place.release))]
  const arches = [...new Set(all.map(place => place.arch))].sort()
  const at = new Map(all.map(place => [`${place.release}/${place.arch}`, place]))
  const cell = (release: string, arch: string): Markup => {
    const place = at.get(`${release}/${arch}`)
    if (place === undefined) return markup`<td class="n"></td>`
    return markup`<td class="n" title="${counted(place.tests, 'test')}">${count(place.runs)}</td>`
  }
  return markup`
    <div class="wide" tabindex="0">
      <table class="places">
        <caption>Runs with this failure</caption>\n
        <thead>
          <tr>
            <th><span class="for-readers">Architecture</span></th>
            ${releases.map(release => markup`<th scope="col" class="n">${release}</th>`)}
          </tr>
        </thead>\n
        <tbody>\n
          ${arches.map(
            arch => markup`
              <tr><th scope="row">${arch}</th>${releases.map(release => cell(release, arch))}</tr>\n
            `,
          )}
        </tbody>
      </table>
    </div>
  `
}
