import type { SubmittedRequest } from '../../../../backends/state/requests.ts'
import { humanDuration } from '../../../../domain/run/duration.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { ExpectedStart } from '../../../../queries/queues/expected-start.ts'
import type { QueuedProgress, RequestProgress } from '../../../../queries/requests/request-progress.ts'
import type { AskedFor, RequestRun } from '../../../../queries/runs/request-run.ts'
import { links } from '../../../links.ts'
import type { RunAddress } from '../../../parameters/run-address.ts'
import { expectedText } from '../../../ui/facts/expected.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { requestedWith } from '../../../ui/facts/request-params.ts'
import { momentElement, runMoment } from '../../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { LiveContents } from '../../../ui/live-log-contents.view.ts'
import { liveLogLines, type ShownLog } from '../../../ui/live-log-lines.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { progressMark } from '../../../ui/progress-mark.ts'

export interface RequestProgressProps {
  readonly layout: LayoutData
  readonly request: SubmittedRequest
  readonly asked: AskedFor
  readonly progress: RequestProgress
  /** Of its run, if that has ended. */
  readonly address: RunAddress | undefined
  /** What the withdrawal button posts; undefined if this reader has no such button. */
  readonly withdrawal: string | undefined
  /** What it has printed so far, if it runs and that is kept. */
  readonly log: ShownLog | undefined
  /** When it is likely to start; undefined where its place is not known, or it has started. */
  readonly expected: ExpectedStart | undefined
}

/** What can still change it. */
const FOLLOWED: Readonly<Record<RequestProgress['state'], string>> = {
  claimed: 'running queued results',
  queued: 'running queued results',
  taken: 'running queued results',
  running: 'running results',
  finished: '',
  failed: '',
  removed: '',
}

/** How far has what I asked for come? */
export function RequestProgressView(props: RequestProgressProps) {
  const { layout, request, asked, progress, withdrawal, log, expected } = props
  const { package: name, release, arch } = request
  const test = `${name} on ${release} ${arch}`
  const { isPrivate } = asked
  return Layout({
    layout,
    title: `Request for ${test}`,
    search: isPrivate ? '' : name,
    children: markup`
      <p class="crumbs">${
        isPrivate
          ? 'A private request'
          : markup`
            <a href="${links.package({ package: name })}">${name}</a> /${' '}
            <a href="${links.test(request)}">${release} ${arch}</a>
          `
      }</p>
      <div data-live="${FOLLOWED[progress.state]}" class="request">
        <h1>${progressMark(progress)} ${test}</h1>
        ${stateText(props)}
        ${expected !== undefined && markup`<p id="expected">${expectedText(expected, arch)}</p>`}
        ${
          withdrawal !== undefined &&
          markup`
            <form action="${links.withdrawal({ uuid: request.uuid })}" method="post" class="deed">
              <input type="hidden" name="confirm" value="${withdrawal}"/>
              <button type="submit">Withdraw</button>
            </form>
          `
        }
        ${facts(request, asked)}
        ${log !== undefined && LiveContents(log.contents)}
        ${progress.state === 'running' && log === undefined && tail(progress.test.logtail)}
      </div>
      ${log !== undefined && markup`<h2>Its log so far</h2>${liveLogLines(log)}`}
    `,
  })
}

function stateText({ request, asked, progress, address }: RequestProgressProps): Markup {
  switch (progress.state) {
    case 'claimed':
      return markup`
        <p>It is being queued: the broker has not confirmed it yet. Without a confirmation it is sent again.</p>
      `
    case 'queued':
      return queuedText(request, progress)
    case 'taken':
      return markup`
        <p>
          It has left its queue. A running test is reported within a minute, and its result is recorded a few minutes
          after its end${asked.isPrivate ? '; it is not shown which private tests are running' : ''}.
        </p>
      `
    case 'running':
      return markup`
        <p>
          It has been running for ${humanDuration(progress.test.duration)}.${' '}
          ${
            progress.test.id === undefined
              ? NOTHING
              : markup`<a href="${links.runningTest({ id: progress.test.id })}">Follow its log</a> `
          }
          <a href="${links.runningPackage(request.package)}">Show it among all running tests</a>
        </p>
      `
    case 'finished':
      return finishedText(progress.found, address)
    case 'failed':
      return markup`<p>It was not queued: ${progress.reason ?? 'for an unknown reason'}.</p>`
    case 'removed':
      return markup`<p>It was removed from its queue: ${progress.reason ?? 'for an unknown reason'}.</p>`
  }
}

function queuedText(
  request: SubmittedRequest,
  { position, unseen, unread, size, known, at }: QueuedProgress,
): Markup {
  const queue = markup`
    <a href="${links.queue(request)}">queue ${request.context} ${request.release}/${request.arch}</a>
  `
  const since = request.published ?? request.submitted
  const read = at === undefined ? NOTHING : markup`, as of ${momentElement(at.getTime())}`
  const where =
    position !== undefined
      ? markup`It is number ${count(position)} of ${count(size ?? position)} in the ${queue}${read}.`
      : {
          unread: markup`It is in the ${queue}, which has not been read since then.`,
          tail:
            unread === undefined
              ? markup`
                It is in the ${queue}, behind the first ${count(known ?? 0)} of ${count(size ?? 0)}${' '}
                requests${read}. Further requests are not read, as workers cannot take them meanwhile.
              `
              : markup`
                It is in the ${queue}, where ${count(size ?? 0)} wait${read}. Its position is unknown: this queue is
                not inspected, as ${unread}.
              `,
          private: markup`It is in the ${queue}, which does not show the position of private requests${read}.`,
        }[unseen ?? 'unread']
  return markup`<p>${where} It has waited since ${momentElement(since.getTime())}.</p>`
}

function finishedText(found: RequestRun, address: RunAddress | undefined): Markup {
  const { exitcode, duration, run } = found
  const verdict = exitcode === undefined ? 'with an unreadable result' : `with ${verdictOf(exitcode)}`
  const after = humanDuration(duration)
  const ways =
    address &&
    markup`
      <p class="ways-on">
        <a href="${address.log}">Log</a>${' '}
        ${address.run === address.log ? NOTHING : markup`<a href="${address.run}">Run</a>`}
      </p>
    `
  return markup`
    <p>It ended ${verdict}${after === '' ? '' : ` after ${after}`}, at ${runMoment(run.runId)}.</p>
    ${ways}
  `
}

function facts(request: SubmittedRequest, { params, isPrivate }: AskedFor): Markup {
  const who = request.requester
    ? markup`<a href="${links.user({ nick: request.requester })}">${request.requester}</a>`
    : 'an operator'
  const names = [request.requester, ...request.readableBy].filter(Boolean)
  const readers = isPrivate
    ? markup`<tr><th scope="row">Shown to</th><td>only ${names.join(', ')}</td></tr>\n`
    : NOTHING
  return markup`
    <table class="facts">
      <tbody>
        <tr><th scope="row">Triggers</th><td>${requestedWith(params)}</td></tr>\n
        <tr>
          <th scope="row">Requested by</th>
          <td>${who}, ${momentElement(request.submitted.getTime())}</td>
        </tr>\n${readers}
        <tr><th scope="row">UUID</th><td><code>${request.uuid}</code></td></tr>
      </tbody>
    </table>
  `
}

function tail(logtail: string): Markup {
  return markup`<h2>Tail of its log</h2><div class="tail"><pre tabindex="0">${logtail}</pre></div>`
}
