import { humanDuration } from '../../../domain/run/duration.ts'
import type { Queue, Queues } from '../../../queries/queues/queued.ts'
import type { RunningTest, RunningTests } from '../../../queries/queues/running.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.tsx'
import { Layout, type LayoutData } from '../../ui/layout.view.tsx'
import { type Markup, markup, NOTHING } from '../../ui/markup.ts'
import { count, counted } from '../../ui/numbers.ts'
import { queueLengths } from '../../ui/queue-lengths.ts'
import { queuedTable } from '../../ui/queued-table.ts'
import { requestedBy, requestedWith } from '../../ui/request-params.ts'
import { timeElement } from '../../ui/time.ts'

export interface RunningViewProps {
  readonly layout: LayoutData
  readonly running: RunningTests
  readonly queued: Queues
  /** The page is the same for everybody: what only admins may do is offered to all. */
  readonly hasAdmins: boolean
}

/** Requests shown here of each queue; all of them have a page of their own. */
const HEAD = 5

export function RunningView({ layout, running, queued, hasAdmins }: RunningViewProps) {
  const waiting = queued.queues.filter(queue => queue.size > 0)
  return (
    <Layout layout={layout} title="Running" here="running">
      <div data-live="running queued">
        <h1>
          {counted(running.tests.length, 'test')} running, {count(queued.total)} queued
        </h1>
        <Freshness running={running} queued={queued} />
        <h2 id="queues">Queue lengths</h2>
        {queued.total === 0 ? <Empty>Nothing waits to be tested.</Empty> : queueLengths(queued.queues)}
        <h2 id="running">Running, the longest first</h2>
        {running.tests.length === 0 ? (
          <Empty>Nothing runs right now. A test shows up here some seconds after a worker takes it.</Empty>
        ) : (
          runningList(running.tests)
        )}
        <h2 id="queued">Next in each queue</h2>
        {waiting.length === 0 && <Empty>All queues are empty.</Empty>}
        {waiting.map(queue => queueHead(queue, hasAdmins))}
      </div>
    </Layout>
  )
}

/** When the two sources last said something; that they never did is no news worth hiding. */
function Freshness({ running, queued }: Pick<RunningViewProps, 'running' | 'queued'>) {
  return (
    <p class="quiet">
      {running.at === undefined
        ? 'No worker has reported yet; is amqp-status-collector running? '
        : markup`Running tests as of ${timeElement(running.at.getTime())}. `}
      {queued.at === undefined
        ? 'The queues have not been read yet; is cache-amqp running?'
        : markup`Queues as of ${timeElement(queued.at.getTime())}.`}
      {(running.state === 'broken' || queued.state === 'broken') &&
        ' A file with live data cannot be read: this is the last good one.'}
    </p>
  )
}

/** Each test is a row that unfolds to its log tail; the first of a package is where links to it lead. */
function runningList(tests: readonly RunningTest[]): Markup {
  const seen = new Set<string>()
  return markup`<div class="running-list">${tests.map(test => {
    const first = !seen.has(test.package)
    seen.add(test.package)
    return runningItem(test, first)
  })}</div>`
}

function runningItem(test: RunningTest, first: boolean): Markup {
  const anchor = first ? markup` id="pkg-${test.package}"` : NOTHING
  const key = `${test.package}/${test.release}/${test.arch}/${test.hash}`
  const head = markup`<section class="running-test" data-row data-key="${key}"${anchor}><span class="v running">${humanDuration(test.duration)}</span>`
  if (test.isPrivate) {
    return markup`${head}<div>${test.package} ${test.release}/${test.arch}</div><div class="quiet">${test.logtail}</div></section>`
  }
  return markup`${head}<div><a href="${links.package(test.package)}">${test.package}</a> <a href="${links.test(test)}">${test.release}/${test.arch}</a></div><div>${requestedWith(test.params)}</div><div>${requestedBy(test.params)}</div>
<details><summary>Log tail</summary><pre tabindex="0">${test.logtail}</pre></details></section>`
}

function queueHead(queue: Queue, hasAdmins: boolean): Markup {
  const { context, release, arch, size } = queue
  const shown = queue.slice(0, HEAD)
  const ways = [
    ...(size > shown.length ? [moreOf(queue, size - shown.length)] : []),
    ...(hasAdmins ? [markup`<a href="${links.queueRemoval(queue)}">Remove requests (admins)</a>`] : []),
  ]
  return markup`<section class="queue" id="queue-${context}-${release}-${arch}"><h3><a href="${links.queue(queue)}">${context} ${release}/${arch}</a> <span class="n">${count(size)}</span></h3>
${shown.length > 0 ? queuedTable(shown, 1, `The oldest ${counted(shown.length, 'request')} of ${count(size)}`) : NOTHING}
${ways.length > 0 ? markup`<p class="ways-on">${ways}</p>` : NOTHING}</section>`
}

/** The rest of a queue, and why it is not shown anywhere where that is so. */
function moreOf(queue: Queue, more: number): Markup {
  const link = markup`<a href="${links.queue(queue)}">and ${count(more)} more</a> `
  return queue.unread === undefined || queue.known > HEAD
    ? link
    : markup`<span class="quiet">${counted(more, 'request')} not known: nobody looks into this queue, as ${queue.unread}.</span> `
}
