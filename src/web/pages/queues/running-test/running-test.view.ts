import type { RunKey, TestKey } from '../../../../domain/test/test.ts'
import type { PacedTest } from '../../../../queries/queues/running-pace.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { paceBar, usualText } from '../../../ui/facts/pace-bar.ts'
import { requestedBy, requestedWith } from '../../../ui/facts/request-params.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { LiveContents } from '../../../ui/live-log-contents.view.ts'
import { liveLogLines, type ShownLog } from '../../../ui/live-log-lines.ts'
import { attribute, type Markup, markup } from '../../../ui/markup/markup.ts'

export interface RunningTestProps {
  readonly layout: LayoutData
  /** Undefined where nothing of that name runs. */
  readonly test: PacedTest | undefined
  /** Undefined where nothing of it is kept: the tail is shown then. */
  readonly log: ShownLog | undefined
  /** That it has ended, and its run if that is recorded. */
  readonly ended: { readonly of: TestKey; readonly run: RunKey | undefined } | undefined
}

/** What one running test is doing. */
export function RunningTestView({ layout, test, log, ended }: RunningTestProps) {
  const key = test ?? ended?.of
  if (key === undefined) return NotRunning({ layout })
  const { package: name, release, arch } = key
  return Layout({
    layout,
    title: `${name} on ${release} ${arch}, running`,
    here: 'running',
    search: name,
    children: markup`
      <p class="crumbs">
        <a href="${links.package({ package: name })}">${name}</a> /${' '}
        <a href="${links.test(key)}">${release} ${arch}</a>
      </p>
      <h1>${name} on ${release} ${arch}</h1>
      ${test !== undefined && markup`<div data-live="running">${facts(test)}${log && LiveContents(log.contents)}</div>`}
      ${ended !== undefined && markup`<p class="ways-on">${endedText(ended)}</p>`}
      <h2>${log === undefined ? 'Tail of its log' : 'Its log so far'}</h2>
      <div${attribute('class', log === undefined ? 'tail' : undefined)} data-part="log">
        ${log === undefined ? markup`<pre tabindex="0">${test?.logtail}</pre>` : liveLogLines(log)}
      </div>
    `,
  })
}

const endedText = ({ of, run }: NonNullable<RunningTestProps['ended']>): Markup =>
  run === undefined
    ? markup`It has ended. Its result will be in <a href="${links.test(of)}">the history of its test</a>.`
    : markup`
      It has ended. <a href="${links.log(run)}">The finished log</a> <a href="${links.run(run)}">Its run</a>
    `

/** It has ended, or never was. */
function NotRunning({ layout }: { readonly layout: LayoutData }) {
  return Layout({
    layout,
    title: 'Not running',
    here: 'running',
    children: markup`
      <h1>Not running</h1>
      ${Empty({
        children: markup`
          No running test has this address. A test that has ended appears in the history of its package a few minutes
          later; <a href="${links.running()}">all running tests</a>.
        `,
      })}
    `,
  })
}

function facts({ duration, usual, pace, params }: PacedTest): Markup {
  return markup`
    <table class="facts">
      <tbody>
        <tr><th scope="row">Running for</th><td>${paceBar(duration, usual, pace)}</td></tr>\n
        <tr>
          <th scope="row">Takes</th>
          <td>${usual === undefined ? 'unknown: it has not run before' : usualText(usual)}</td>
        </tr>\n
        <tr><th scope="row">Triggers</th><td>${requestedWith(params)}</td></tr>\n
        <tr><th scope="row">Requested</th><td>${requestedBy(params)}</td></tr>
      </tbody>
    </table>
  `
}
