import { humanDuration } from '../../../domain/run/duration.ts'
import type { Run } from '../../../domain/run/run.ts'
import { verdictOf } from '../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../domain/trigger/trigger.ts'
import type { Home } from '../../../queries/queues/home.ts'
import type { BrokenLately } from '../../../queries/triggers/broken-lately.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.ts'
import { count } from '../../ui/facts/numbers.ts'
import { runTime } from '../../ui/facts/time.ts'
import { triggerLink } from '../../ui/facts/trigger-list.ts'
import { verdictLink } from '../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'
import type { SampleTour } from '../../web.ts'
import { Broken } from './broken.view.ts'
import { CurrentLoad } from './load.view.ts'
import { Tour } from './tour.view.ts'

export interface HomeViewProps {
  readonly layout: LayoutData
  readonly home: Home
  readonly broken: BrokenLately
  /** Of a sample site. */
  readonly tour?: SampleTour | undefined
}

/** Where to begin: is the archive well, and is anything moving? */
export function HomeView({ layout, home, broken, tour }: HomeViewProps) {
  return Layout({
    layout,
    title: 'autopkgtest results',
    here: 'home',
    feed: links.recentFeed({ feed: 'feed.atom' }),
    children: markup`
      ${tour !== undefined && Tour({ tour })}
      <div class="two" data-live="running queued results">
        <div>
          ${Broken({ broken })}
          <section>
          <h2>Recently completed</h2>
          ${
            home.completed.length === 0
              ? Empty({
                  children: 'No test has completed here yet. The newest results will appear here.',
                })
              : markup`
                ${completed(home.completed)}
                <p class="ways-on">
                  <a href="${links.recent()}">More recent results</a>
                </p>
              `
          }
          </section>
        </div>
        <div>
          ${CurrentLoad({ home })}
          ${home.longest.length > 0 && markup`<section><h2>Running longest</h2>${longest(home)}</section>`}
          ${
            home.idle.length > 0 &&
            markup`<section><h2>Waiting, with nothing running</h2>${idle(home)}</section>`
          }
        </div>
      </div>
    `,
  })
}

function completed(runs: readonly Run[]): Markup {
  return markup`
    <table class="runs home readable">
      <thead>
        <tr>
          <th scope="col">Result</th>
          <th scope="col">Package</th>
          <th scope="col">Release, arch</th>
          <th scope="col" class="wide-only">Trigger</th>
          <th scope="col">Date (UTC)</th>
        </tr>
      </thead>\n
      <tbody>\n${runs.map(completedRow)}</tbody>
    </table>
  `
}

function completedRow(run: Run): Markup {
  const [trigger = '', ...others] = splitTriggers(run.triggers)
  const more = others.length === 0 ? '' : markup` <span class="quiet">+${others.length}</span>`
  return markup`
    <tr data-row>
      <td class="id">${verdictLink(verdictOf(run.exitcode), links.run(run))}</td>
      <td class="id"><a href="${links.package({ package: run.package })}">${run.package}</a></td>
      <td class="id"><a href="${links.test(run)}">${run.release} ${run.arch}</a></td>
      <td class="wide-only"><span class="mono">${triggerLink(trigger)}</span>${more}</td>
      <td>${runTime(run.runId)}</td>
    </tr>\n
  `
}

function longest({ longest: tests }: Home): Markup {
  return markup`
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Release, arch</th>
          <th scope="col" class="n">For</th>
        </tr>
      </thead>\n
      <tbody>\n
        ${tests.map(
          test => markup`
            <tr data-row>
              <td><a href="${links.runningPackage(test.package)}">${test.package}</a></td>
              <td>${test.release} ${test.arch}</td>
              <td class="n">${humanDuration(test.duration)}</td>
            </tr>\n
          `,
        )}
      </tbody>
    </table>
  `
}

function idle({ idle: queues }: Home): Markup {
  return markup`
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col">Release, arch</th>
          <th scope="col" class="n">Requests</th>
        </tr>
      </thead>\n
      <tbody>\n
        ${queues.map(
          queue => markup`
            <tr data-row>
              <td><a href="${links.runningQueue(queue)}">${queue.context}</a></td>
              <td>${queue.release} ${queue.arch}</td>
              <td class="n">${count(queue.size)}</td>
            </tr>\n
          `,
        )}
      </tbody>
    </table>
  `
}
