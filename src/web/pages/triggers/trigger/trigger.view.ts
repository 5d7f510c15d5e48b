import type { MachineTime } from '../../../../backends/derived/triggers.ts'
import { humanDate } from '../../../../domain/run/run-id.ts'
import { isFailing, OUTCOMES, totalsOf } from '../../../../domain/trigger/outcome.ts'
import { triggerText } from '../../../../domain/trigger/trigger.ts'
import { isWorthRetrying } from '../../../../domain/trigger/worth-retrying.ts'
import type { TriggerLive } from '../../../../queries/triggers/trigger-live.ts'
import type { TriggerOutcomes } from '../../../../queries/triggers/trigger-outcomes.ts'
import { links } from '../../../links.ts'
import type { AskedOutcomes } from '../../../parameters/outcome-filter.ts'
import { Choice } from '../../../ui/choice.view.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { ExcuseDetails } from '../../../ui/excuse.view.ts'
import { machineTimeText } from '../../../ui/facts/machine-time.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { outcomeMark } from '../../../ui/facts/outcome.ts'
import { IndexNote } from '../../../ui/index-state.view.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { FILTER_FOLD } from '../../../ui/lists/filter-fold.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { selectedName, selectionForm } from '../../../ui/lists/selection.ts'
import { attribute, type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { wrapping } from '../../../ui/markup/wrapping.ts'
import { LivePart } from './live-part.view.ts'
import { outcomeGrid } from './outcome-grid.view.ts'

export interface TriggerViewProps {
  readonly layout: LayoutData
  readonly found: TriggerOutcomes
  readonly live: TriggerLive
  /** What machines have done for it so far; undefined: nothing has ended. */
  readonly spent: MachineTime | undefined
  readonly filter: AskedOutcomes
  /** The address of the part after this one; undefined: it is the last. */
  readonly next: string | undefined
  /** Whether the grid begins with its first row. */
  readonly isFirst: boolean
}

/** What did this upload break? */
export function TriggerView({ layout, found, live, spent, filter, next, isFirst }: TriggerViewProps) {
  const { trigger, index, counts, rows } = found
  const title = triggerText(trigger)
  const filtered = Object.values(filter).some(one => one !== undefined)
  const rowsToRetry = rows.flatMap(row =>
    [...row.outcomes.values()].map(({ outcome }) => ({ retry: isFailing(outcome) })),
  )
  return Layout({
    layout,
    title,
    search: trigger.source,
    feed: links.triggerFeed({ source: trigger.source, feed: 'feed.atom' }),
    children: markup`
      <div data-live="running queued results">
        <p class="crumbs">
          <a href="${links.triggerSource(trigger)}">Triggers from ${trigger.source}</a> /${' '}
          <a href="${links.package({ package: trigger.source })}">its own tests</a>
        </p>
        <h1 class="long">${trigger.source}/${wrapping(trigger.version)}</h1>
        ${IndexNote({ index })}
        ${found.excuse && ExcuseDetails({ excuse: found.excuse })}
        ${
          counts.length === 0
            ? markup`
              ${Empty({
                children: markup`
                  No test that ${title} triggered has ended here. It may still be waiting or${' '}
                  <a href="${links.running()}">running</a>, or the version may be spelt differently:${' '}
                  <a href="${links.triggerSource(trigger)}">all versions of ${trigger.source}</a>.
                `,
              })}
              ${LivePart({ live, hasResults: false })}
            `
            : markup`
              <p>${summary(found)} ${spent && spentSentence(spent)}</p>
              <div class="wide">${countsTable(found)}</div>
              ${LivePart({ live, hasResults: true })}
              ${worthLine(found)}
              <h2>Tests</h2>
              ${Filters({ found, filter })}
              ${OnlyNew({ found, filter })}
              ${
                found.failing?.isCut === true &&
                markup`
                  <p class="note">Not all failures were searched: use another filter to narrow them down.</p>
                `
              }
              ${
                rows.length === 0
                  ? Empty({
                      children: markup`
                        ${filtered || isFirst ? 'No test matches these filters.' : 'There are no more tests.'}${' '}
                        <a href="${links.trigger(trigger)}">Show all</a>
                      `,
                    })
                  : markup`<div class="wide">${outcomeGrid(found, filter)}</div>`
              }
            `
        }
      </div>
      ${selectionForm(rowsToRetry)}
      ${Pagination({
        newest: undefined,
        newer: isFirst ? undefined : links.trigger(trigger, { ...filter }),
        older: next,
        words: ['First packages', 'More packages'],
      })}
      ${counts.length > 0 && markup`<p class="quiet"><a href="${links.triggerJson(trigger)}">As JSON</a></p>`}
    `,
  })
}

/** As many as are retried in one go. */
const MOST_RETRIES = 100

/** What is likely to pass if it is run again, in one click; the preview says what would be queued. */
function worthLine({ rows }: TriggerOutcomes): Markup {
  const worth = rows
    .flatMap(row =>
      [...row.outcomes].flatMap(([arch, test]) =>
        !row.live.has(arch) && isWorthRetrying(test.outcome, test.exitcode, row.rescue.get(arch))
          ? [test]
          : [],
      ),
    )
    .slice(0, MOST_RETRIES)
  if (worth.length === 0) return NOTHING
  const many = worth.length === 1 ? 'the one' : `the ${count(worth.length)}`
  return markup`
    <p class="ways-on">
      <a href="${links.retries({ run: worth.map(selectedName) })}">Retry ${many} likely to pass</a>
      <span class="quiet">
        Of the tests below, those whose testbed failed, and those that passed in at least every other retry.
      </span>
    </p>
  `
}

function summary({ counts }: TriggerOutcomes): string {
  const totals = totalsOf(counts)
  const all = Object.values(totals).reduce((sum, one) => sum + one, 0)
  const { regression, 'no baseline': open } = totals
  const said = [
    regression > 0 &&
      `${count(regression)} of ${counted(all, 'test')} ${regression === 1 ? 'is a regression' : 'are regressions'}`,
    open > 0 && `${count(open)} failed with no baseline to compare with`,
  ].filter(one => one !== false)
  return said.length === 0 ? `None of ${counted(all, 'test')} is a regression.` : `${said.join('; ')}.`
}

/** Counts by release, each a way to its tests. */
function countsTable({ trigger, counts }: TriggerOutcomes): Markup {
  const releases = [...new Set(counts.map(one => one.release))].sort()
  const row = (name: string, release: string | undefined): Markup => {
    const totals = totalsOf(release === undefined ? counts : counts.filter(one => one.release === release))
    const all = Object.values(totals).reduce((sum, one) => sum + one, 0)
    return markup`
      <tr>
        <th scope="row">${name}</th>
        ${OUTCOMES.map(outcome =>
          totals[outcome] === 0
            ? markup`<td class="n quiet">0</td>`
            : markup`
              <td class="n">
                <a href="${links.trigger(trigger, { outcome, release })}">${count(totals[outcome])}</a>
              </td>
            `,
        )}
        <td class="n"><a href="${links.trigger(trigger, { release })}">${count(all)}</a></td>
      </tr>\n
    `
  }
  return markup`
    <table class="outcomes">
      <thead>
        <tr>
          <th scope="col">Release</th>
          ${OUTCOMES.map(outcome => markup`<th scope="col" class="n">${outcomeMark(outcome)}</th>`)}
          <th scope="col" class="n">Tests</th>
        </tr>
      </thead>\n
      <tbody>\n
        ${releases.map(release => row(release, release))}
        ${releases.length > 1 ? row('all', undefined) : ''}
      </tbody>
    </table>
  `
}

function Filters({ found: { trigger, counts }, filter }: Pick<TriggerViewProps, 'found' | 'filter'>) {
  const named = (name: 'release' | 'arch') => [...new Set(counts.map(one => one[name]))].sort()
  return markup`
    ${FILTER_FOLD}
    <form class="filters" method="get" action="${links.trigger(trigger)}">
      ${Choice({ name: 'outcome', label: 'Outcome', given: filter.outcome, options: OUTCOMES })}
      ${Choice({ name: 'release', label: 'Release', given: filter.release, options: named('release') })}
      ${Choice({ name: 'arch', label: 'Architecture', given: filter.arch, options: named('arch') })}
      <label>
        Package contains${' '}
        <input name="text" value="${filter.text ?? ''}" maxlength="100" autocapitalize="none"/>
      </label>
      <label title="In the line that says why it failed">
        Failure text${' '}
        <input name="failure" value="${filter.failure ?? ''}" maxlength="200" autocapitalize="none"/>
      </label>
      <label>
        <input type="checkbox" name="pattern" value="1"${attribute('checked', filter.pattern === '1')}/>${' '}
        is a pattern
      </label>
      ${filter.since !== undefined && markup`<input type="hidden" name="since" value="${filter.since}"/>`}
      <button type="submit">Show</button>
    </form>
  `
}

/** A day stands for its beginning. */
const momentOf = (since: string): string => humanDate(since.length > 8 ? since : `${since}_000000`)

/** Script knows when the reader was here last, and shows the way; where that was taken, it is said. */
function OnlyNew({ found: { trigger }, filter }: Pick<TriggerViewProps, 'found' | 'filter'>): Markup {
  if (filter.since === undefined)
    return markup`
      <p data-visit hidden><a href="${links.trigger(trigger)}">Only new since your last visit</a></p>
    `
  return markup`
    <p class="note">
      Only outcomes decided by runs since ${momentOf(filter.since)}.${' '}
      <a href="${links.trigger(trigger, { ...filter, since: undefined })}">Show all</a>
    </p>
  `
}

function spentSentence({ seconds, runs, timed }: MachineTime): string {
  if (timed === 0) return ''
  const took = `${runs === 1 ? 'Its run' : `All of its ${count(runs)} runs`} took ${machineTimeText(seconds)}`
  const others = runs - timed
  const unknown = others === 0 ? '' : `, but for ${count(others)} of which it is not known how long`
  return `${took} of machine time so far${unknown}.`
}
