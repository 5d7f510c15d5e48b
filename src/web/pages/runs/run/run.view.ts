import { humanDuration } from '../../../../domain/run/duration.ts'
import { isAllProposed, type Run, testnameOf } from '../../../../domain/run/run.ts'
import { humanDate } from '../../../../domain/run/run-id.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../../domain/trigger/trigger.ts'
import type { RunPage } from '../../../../queries/runs/run.ts'
import { links } from '../../../links.ts'
import { rescueWords } from '../../../ui/facts/rescue.ts'
import { runMoment, runTime } from '../../../ui/facts/time.ts'
import { triggerLinks } from '../../../ui/facts/trigger-list.ts'
import { verdictLink, verdictMark } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { requesterLink, retryLink } from '../../../ui/lists/runs-table.ts'
import { type Child, type Markup, markup } from '../../../ui/markup/markup.ts'
import { versionText } from '../../../ui/markup/wrapping.ts'
import { attemptsOf } from './attempts.view.ts'
import { Reproduce } from './reproduce.view.ts'
import { ContextOfRun } from './run-context.view.ts'
import { FailuresOfRun } from './run-failures.view.ts'
import { NotesOfRun } from './run-notes.view.ts'
import { Subtests } from './subtests.view.ts'

export interface RunViewProps {
  readonly layout: LayoutData
  readonly page: RunPage
}

/** How did this run go? */
export function RunView({ layout, page }: RunViewProps) {
  const { run } = page
  const verdict = verdictOf(run.exitcode)
  const test = `${run.package} on ${run.release} ${run.arch}`
  return Layout({
    layout,
    title: `${verdict}: ${test}, ${humanDate(run.runId)}`,
    search: run.package,
    children: markup`
      <p class="crumbs">
        <a href="${links.package({ package: run.package })}">${run.package}</a> /${' '}
        <a href="${links.test(run)}">${run.release} ${run.arch}</a>
      </p>
      <h1>${verdictMark(verdict)} ${test}</h1>
      ${FailuresOfRun({ page })}
      ${NotesOfRun({ page })}
      <nav class="actions" aria-label="This run">
        <a href="${links.log(run)}">Log</a>
        <a href="${links.rawFile(run, 'log.gz')}">Raw log</a>
        <a href="${links.artifacts(run)}">Artifacts</a>
        <a href="${links.testbed(run)}">Testbed packages</a>
        ${page.retry && retryLink(run, 'Retry')}
        ${page.retry && rescueWords(page.attempts.rescue)}
      </nav>
      ${page.context && ContextOfRun({ run, context: page.context })}
      ${attemptsOf(run, page.attempts)}
      <div class="run">
        <div>${facts(run)}${Neighbours({ previous: page.previous, next: page.next })}</div>
        ${Subtests({ run, details: page.details })}
      </div>
      ${Reproduce({ run, details: page.details })}
      <p class="quiet"><a href="${links.runJson(run)}">This run as JSON</a></p>
    `,
  })
}

/** Scripts look for `<th>Result</th><td …>pass</td>` and the same of Duration: no attributes on the heads. */
function facts(run: Run): Markup {
  const verdict = verdictOf(run.exitcode)
  const triggers = splitTriggers(run.triggers)
  const testname = testnameOf(run)
  const row = (head: string, value: Child): Markup => markup`<tr><th>${head}</th><td>${value}</td></tr>\n`
  return markup`
    <table class="facts">\n
      <tbody>
        <tr><th>Result</th><td class="v ${verdict}">${verdict}</td></tr>\n
        ${row('Version', versionText(run.version))}
        ${row(triggers.length === 1 ? 'Trigger' : 'Triggers', triggerLinks(triggers))}
        ${isAllProposed(run) ? row('All of -proposed', 'yes') : ''}
        ${testname === undefined ? '' : row('Only the test', testname)}
        ${row('Date', runMoment(run.runId))}
        <tr><th>Duration</th><td>${humanDuration(run.duration) || 'unknown'}</td></tr>\n
        ${row('Requester', requesterLink(run.requester) ?? markup`<span class="quiet">not named</span>`)}
        ${row('Exit code', run.exitcode ?? 'unknown')}
        ${row('Run id', markup`<code>${run.runId}</code>`)}
      </tbody>
    </table>
  `
}

function Neighbours({ previous, next }: Pick<RunPage, 'previous' | 'next'>) {
  return markup`
    <nav class="neighbours" aria-label="Other runs of this test">
      <p>Previous run: ${previous ? neighbour(previous, 'prev') : markup`<span class="quiet">none</span>`}</p>
      <p>Next run: ${next ? neighbour(next, 'next') : markup`<span class="quiet">none</span>`}</p>
    </nav>
  `
}

const neighbour = (run: Run, key: 'prev' | 'next'): Markup =>
  markup`
    <span data-neighbour="${key}">${verdictLink(verdictOf(run.exitcode), links.run(run))}</span>${' '}
    ${runTime(run.runId)}
  `
