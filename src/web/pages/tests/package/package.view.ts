import type { Excuse } from '../../../../contracts/files/excuses.ts'
import type { Note } from '../../../../domain/note/note.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { FailuresOfRuns } from '../../../../queries/failures/failures-of-runs.ts'
import type { PackageOverview } from '../../../../queries/tests/package-overview.ts'
import type { TriggerVersions } from '../../../../queries/triggers/trigger-versions.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { ExcuseDetails } from '../../../ui/excuse.view.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { runsTable } from '../../../ui/lists/runs-table.ts'
import { selectionForm } from '../../../ui/lists/selection.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { LeaveNoteLink, NotesOfTest } from '../../../ui/notes/notes-of-test.view.ts'
import { runningBlock } from './running-block.view.ts'
import { Triggered } from './triggered.view.ts'
import { type ExpectedRequest, waitingOfPackage } from './waiting.view.ts'

export interface PackageViewProps {
  readonly layout: LayoutData
  readonly overview: PackageOverview
  /** What waits, with when it is likely to start. */
  readonly waiting: readonly ExpectedRequest[]
  /** What britney says of its uploads that wait. */
  readonly excuses: readonly Excuse[]
  /** Its own uploads as triggers. */
  readonly triggered: TriggerVersions
  /** Why the newest runs failed. */
  readonly failures: FailuresOfRuns
  /** Those at the package itself; undefined while they cannot be read. */
  readonly notes: readonly Note[] | undefined
  /** From the address of this page to the folder that the cells' relative links begin in: '' or `../../`. */
  readonly base: string
}

/** Is this package fine everywhere? */
export function PackageView(props: PackageViewProps) {
  const { layout, overview, waiting, excuses, triggered, failures, notes, base } = props
  const { odd, newest, running } = overview
  const oddRows = odd.map(run => ({ run, retry: true }))
  const isBusy = running.length + waiting.length > 0
  return Layout({
    layout,
    title: overview.package,
    search: overview.package,
    feed: links.packageFeed({ package: overview.package, feed: 'feed.atom' }),
    children: markup`
      <div data-live="${isBusy ? 'running queued results' : ''}">
        <h1>${overview.package}</h1>
        ${
          newest.size === 0
            ? Empty({
                children: markup`
                  No results of a package named “${overview.package}” in the releases that are tested here.
                  It may have another name, or no tests. Use the name of the source package, not of a binary
                  package. <a href="${links.search({ q: overview.package })}">Search for names like it</a>
                `,
              })
            : markup`
              <p>${summary(odd.length, newest.size)}</p>
              ${NotesOfTest({ test: { package: overview.package }, notes })}
              <div class="wide">${matrix(overview, base)}</div>
              ${
                isBusy &&
                markup`
                  <p class="quiet">Underlined in blue: a test is running or queued there.</p>
                `
              }
            `
        }
        ${
          running.length > 0 &&
          markup`
            <section><h2>Running now</h2><div class="blocks">${running.map(runningBlock)}</div></section>
          `
        }
        ${
          waiting.length > 0 &&
          markup`
            <section><h2>Queued</h2>${waitingOfPackage(waiting, overview.waiting.length)}</section>
          `
        }
        ${
          odd.length > 0 &&
          markup`
            <section>
              <h2>Not passing</h2>
              ${runsTable({
                rows: oddRows,
                caption: 'The newest run of each test that does not pass',
                columns: 'tests',
                failures,
              })}
            </section>
          `
        }
        ${excuses.map(excuse => ExcuseDetails({ excuse, isNamed: true }))}
        ${triggered.versions.length > 0 && Triggered({ triggered })}
      </div>
      ${selectionForm(oddRows)}
      ${newest.size > 0 && LeaveNoteLink({ package: overview.package })}
      <p class="quiet"><a href="${links.packageJson({ package: overview.package })}">As JSON</a></p>
    `,
  })
}

function summary(odd: number, all: number): string {
  if (all === 1) return odd === 0 ? 'Its one test does not fail.' : 'Its one test does not pass.'
  if (odd === 0) return `All ${counted(all, 'test')} pass or are neutral.`
  return `${odd} of ${counted(all, 'test')} ${odd === 1 ? 'does' : 'do'} not pass.`
}

/**
 * Arch by release. The Go client takes the first table whose class has "table" in it, and compares the text of a
 * cell, so a cell holds the verdict's word in a direct-child relative link and nothing else.
 */
function matrix(
  { package: name, releases, arches, newest, running, waiting }: PackageOverview,
  base: string,
) {
  const live = new Set([...running, ...waiting].map(test => `${test.release}/${test.arch}`))
  const cell = (release: string, arch: string): Markup => {
    const run = newest.get(`${release}/${arch}`)
    const state = live.has(`${release}/${arch}`) ? ' live' : ''
    if (run === undefined) return markup`<td class="cell${state}"></td>`
    const verdict = verdictOf(run.exitcode)
    const href = base + links.testFromPackage({ package: name, release, arch })
    return markup`
      <td class="cell ${verdict}${state}" title="${run.version ?? ''}">${verdictLink(verdict, href)}</td>
    `
  }
  return markup`
    <table class="matrix table">\n
      <thead><tr><th></th>${releases.map(release => markup`<th scope="col">${release}</th>`)}</tr></thead>\n
      <tbody>\n
        ${arches.map(
          arch => markup`
            <tr><th scope="row">${arch}</th>${releases.map(release => cell(release, arch))}</tr>\n
          `,
        )}
      </tbody>
    </table>
  `
}
