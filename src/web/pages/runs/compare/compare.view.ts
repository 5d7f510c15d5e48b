import { SUBTEST_CHANGE_KINDS, type SubtestChange } from '../../../../domain/compare/subtest-changes.ts'
import { humanDuration } from '../../../../domain/run/duration.ts'
import type { Run } from '../../../../domain/run/run.ts'
import type { Subtest } from '../../../../domain/run/subtest.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../../domain/trigger/trigger.ts'
import type { ComparedRuns } from '../../../../queries/compare/compared-runs.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { runMoment } from '../../../ui/facts/time.ts'
import { triggerLinks } from '../../../ui/facts/trigger-list.ts'
import { subtestMark, verdictLink } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { requesterLink } from '../../../ui/lists/runs-table.ts'
import { shownText } from '../../../ui/markup/control-characters.ts'
import { aroundMark } from '../../../ui/markup/document.ts'
import { type Child, escapedAlready, type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { versionText } from '../../../ui/markup/wrapping.ts'

export interface CompareViewProps {
  readonly layout: LayoutData
  readonly runs: ComparedRuns
}

/** Stands where the parts go that are read from the store. */
const PARTS_HERE = '<!--parts-->'
/** Subtests that are shown; JSON has all. */
const MOST = 500

/** The page before and after the parts that are read from the store. */
export function aroundParts(props: CompareViewProps): { before: string; after: string } {
  return aroundMark(CompareView(props), PARTS_HERE)
}

/** What is different: what is known at once, and the place of the rest. */
function CompareView({ layout, runs }: CompareViewProps) {
  const { from, to } = runs
  const where = from.release === to.release && from.arch === to.arch ? ` on ${to.release} ${to.arch}` : ''
  return Layout({
    layout,
    title: `Two runs of ${to.package}${where} compared`,
    search: to.package,
    children: markup`
      <p class="crumbs">
        <a href="${links.package({ package: to.package })}">${to.package}</a> /${' '}
        <a href="${links.test(to)}">${to.release} ${to.arch}</a>
      </p>
      <h1>Two runs of ${to.package}${where} compared</h1>
      <nav class="ways-on" aria-label="Other forms">
        <a href="${links.comparison(to, from)}">Swap the two</a>
        <a href="${links.comparisonJson(from, to)}">As JSON</a>
      </nav>
      ${facts(runs)}
      ${Tests({ runs })}
      <div>${escapedAlready(PARTS_HERE)}</div>
      ${Others({ from, to })}
    `,
  })
}

/** A row for each fact; those that differ are marked, by a word for who does not see the mark. */
function facts({ from, to, failures }: ComparedRuns): Markup {
  const row = (head: string, of: (run: Run) => Child, differ: boolean): Markup =>
    markup`
      <tr${differ ? markup` class="differs"` : NOTHING}>
        <th scope="row">${head}${differ ? markup` <span class="for-readers">(differs)</span>` : NOTHING}</th>
        <td data-head="Earlier">${of(from)}</td>
        <td data-head="Later">${of(to)}</td>
      </tr>\n
    `
  const test = ({ release, arch }: Run): string => `${release} ${arch}`
  const same = (column: keyof Run): boolean => (from[column] || '') === (to[column] || '')
  const sorted = (run: Run): string => splitTriggers(run.triggers).sort().join(' ')
  return markup`
    <table class="sides">
      <thead>
        <tr>
          <th scope="col"><span class="for-readers">What</span></th>
          <th scope="col">From</th>
          <th scope="col">To</th>
        </tr>
      </thead>\n
      <tbody>
        ${row(
          'Result',
          run => markup`
            ${verdictLink(verdictOf(run.exitcode), links.run(run))} <a href="${links.log(run)}">log</a>
          `,
          verdictOf(from.exitcode) !== verdictOf(to.exitcode),
        )}
        ${
          test(from) === test(to)
            ? NOTHING
            : row('Test', run => markup`<a href="${links.test(run)}">${test(run)}</a>`, true)
        }
        ${row('Version', run => versionText(run.version), !same('version'))}
        ${row('Triggers', run => triggerLinks(splitTriggers(run.triggers)), sorted(from) !== sorted(to))}
        ${
          failures.from || failures.to
            ? row(
                'First failure',
                run => failureLine(run, run === from ? failures.from : failures.to),
                failures.from?.address !== failures.to?.address,
              )
            : NOTHING
        }
        ${
          from.env || to.env
            ? row(
                'Asked for with',
                run => run.env || markup`<span class="quiet">nothing else</span>`,
                !same('env'),
              )
            : NOTHING
        }
        ${row('Date', run => runMoment(run.runId), false)}
        ${row(
          'Duration',
          run => humanDuration(run.duration) || 'unknown',
          isFarFrom(from.duration, to.duration),
        )}
        ${
          from.requester || to.requester
            ? row(
                'Requester',
                run => requesterLink(run.requester) ?? markup`<span class="quiet">not named</span>`,
                false,
              )
            : NOTHING
        }
      </tbody>
    </table>
  `
}

/** Why a run failed, with the way to its place in the log. */
function failureLine(run: Run, failure: ComparedRuns['failures']['from']): Markup {
  if (failure === undefined) return markup`<span class="quiet">none known</span>`
  const { number, text } = failure.line
  return markup`<a href="${links.logLine(run, number)}">${number}</a> <code>${shownText(text)}</code>`
}

/** One that took twice as long as the other, and a minute more, says something. */
function isFarFrom(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return false
  return Math.max(one, other) > 2 * Math.min(one, other) && Math.abs(one - other) >= 60
}

function Tests({ runs }: { readonly runs: ComparedRuns }) {
  return markup`
    <section>
      <h2>Tests</h2>
      ${runs.subtests === undefined ? unknown(runs) : known(runs, runs.subtests)}
    </section>
  `
}

function unknown({ details, from, to }: ComparedRuns) {
  const missing = [
    details.from?.state === 'known' ? [] : from,
    details.to?.state === 'known' ? [] : to,
  ].flat()
  const isWanted = details.from?.state === 'wanted' || details.to?.state === 'wanted'
  return Empty({
    children: markup`
      The results of the single tests are ${isWanted ? 'still being read' : 'not recorded'} of${' '}
      ${
        missing.length === 2
          ? 'these runs'
          : markup`
            <a href="${links.run(missing[0] as Run)}">the ${missing[0] === from ? 'first' : 'second'} run</a>
          `
      }.
    `,
  })
}

function known({ from, to }: ComparedRuns, { changes, alike }: NonNullable<ComparedRuns['subtests']>) {
  if (changes.length === 0) {
    return Empty({
      children: alike === 0 ? 'Neither run has any tests.' : `No differences: ${counted(alike, 'test')}.`,
    })
  }
  const kinds = SUBTEST_CHANGE_KINDS.map(kind => ({
    kind,
    number: changes.filter(change => change.kind === kind).length,
  })).filter(({ number }) => number > 0)
  return markup`
    <p>
      ${kinds.map(({ kind, number }) => `${count(number)} ${kind}`).join(', ')}
      ${alike > 0 && `; ${count(alike)} unchanged`}
    </p>
    ${table(changes.slice(0, MOST))}
    ${
      changes.length > MOST &&
      markup`
        <p class="note">
          These are the first ${count(MOST)};${' '}
          <a href="${links.comparisonJson(from, to)}">the JSON has all</a>.
        </p>
      `
    }
  `
}

function table(changes: readonly SubtestChange[]): Markup {
  const side = (subtest: Subtest | undefined): Markup =>
    subtest === undefined
      ? markup`<span class="quiet">absent</span>`
      : markup`
        ${subtestMark(subtest.result)}
        ${subtest.detail ? markup` <span class="reason">${shownText(subtest.detail)}</span>` : NOTHING}
      `
  return markup`
    <table class="readable">
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">What</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
        </tr>
      </thead>\n
      <tbody>${changes.map(
        ({ name, kind, before, after }) => markup`
          <tr data-row>
            <td class="id">${shownText(name)}</td>
            <td data-head="What">${kind}</td>
            <td data-head="From">${side(before)}</td>
            <td data-head="To">${side(after)}</td>
          </tr>\n
        `,
      )}</tbody>
    </table>
  `
}

/** To compare others, a form that works without script. */
function Others({ from, to }: { readonly from: Run; readonly to: Run }) {
  const value = (run: Run): string => `${run.release}/${run.arch}/${run.runId}`
  return markup`
    <form class="compare-others" method="get" action="${links.compare(to)}">
      <h2>Compare others</h2>
      <p>
        <label>From <input name="from" value="${value(from)}" size="44"/></label>${' '}
        <label>To <input name="to" value="${value(to)}" size="44"/></label>${' '}
        <button type="submit">Compare</button>
      </p>
      <p class="quiet">
        Each is a run id, or release/arch/run id of the same package. If left empty: the newest run, and the last
        pass before it.
      </p>
    </form>
  `
}
