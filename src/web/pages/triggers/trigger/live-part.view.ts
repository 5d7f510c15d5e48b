import { humanDuration } from '../../../../domain/run/duration.ts'
import type { RunningTest } from '../../../../queries/queues/running.ts'
import type { TriggerLive } from '../../../../queries/triggers/trigger-live.ts'
import { links } from '../../../links.ts'
import { machineTimeText } from '../../../ui/facts/machine-time.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { verdictMark } from '../../../ui/facts/verdict.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

interface LivePartProps {
  readonly live: TriggerLive
  /** Whether results stand below: then the lists are folded, so that these are not far away. */
  readonly hasResults: boolean
}

/** What runs and waits for an upload, and how long machines will be busy with that; nothing where nothing does. */
export function LivePart({ live, hasResults }: LivePartProps): Markup {
  const { running, queued } = live
  if (running.total + queued.total === 0) return NOTHING
  const title = `${count(running.total)} running, ${count(queued.total)} queued`
  if (hasResults)
    return markup`
      <p>${timeSentence(live)}</p>
      <details class="more">
        <summary>${title}</summary>
        ${liveLists(live)}
      </details>
    `
  return markup`
    <section>
      <h2>${title}</h2>
      <p>${timeSentence(live)}</p>
      ${liveLists(live)}
    </section>
  `
}

const liveLists = ({ running, queued }: TriggerLive): Markup => markup`
  ${running.shown.length > 0 && markup`<div class="wide">${runningTable(running.shown)}</div>`}
  ${rest(running.total, running.shown.length, 'run')}
  ${queued.shown.length > 0 && markup`<div class="wide">${waitingTable(queued.shown, 'upload')}</div>`}
  ${rest(queued.total, queued.shown.length, 'wait')}
`

function timeSentence({ toGo: { seconds, unknown }, running, queued }: TriggerLive): string {
  if (unknown === running.total + queued.total) return 'Their usual duration is unknown.'
  const others = unknown === 0 ? '' : `, and ${counted(unknown, 'test')} of unknown duration`
  return `About ${machineTimeText(seconds)} of machine time remaining, from the usual duration of these tests${others}.`
}

const rest = (total: number, shown: number, word: string): Markup =>
  total > shown
    ? markup`<p class="quiet">${counted(total - shown, 'more test', 'more tests')} ${word}.</p>`
    : NOTHING

function runningTable(tests: readonly RunningTest[]): Markup {
  return markup`
    <table class="readable">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Package</th>
          <th scope="col">Release, arch</th>
          <th scope="col" class="n">For</th>
        </tr>
      </thead>
      <tbody>${tests.map(runningRow)}</tbody>
    </table>
  `
}

function runningRow(test: RunningTest): Markup {
  const follow =
    test.id === undefined ? links.runningPackage(test.package) : links.runningTest({ id: test.id })
  return markup`
    <tr data-row>
      <td class="id">${verdictMark('running')}</td>
      <td class="id"><a href="${follow}">${test.package}</a></td>
      <td class="id">${test.release} ${test.arch}</td>
      <td class="n">${humanDuration(test.duration)}</td>
    </tr>
  `
}
