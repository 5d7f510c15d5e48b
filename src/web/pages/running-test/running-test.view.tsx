import type { PacedTest } from '../../../queries/queues/running-pace.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.tsx'
import { Layout, type LayoutData } from '../../ui/layout.view.tsx'
import { type Markup, markup } from '../../ui/markup.ts'
import { paceBar, usualText } from '../../ui/pace-bar.ts'
import { requestedBy, requestedWith } from '../../ui/request-params.ts'

export interface RunningTestProps {
  readonly layout: LayoutData
  /** Undefined where nothing of that name runs. */
  readonly test: PacedTest | undefined
}

/** What one running test is doing. */
export function RunningTestView({ layout, test }: RunningTestProps) {
  if (test === undefined) return <NotRunning layout={layout} />
  const { package: name, release, arch } = test
  return (
    <Layout layout={layout} title={`${name} on ${release} ${arch}, running`} here="running" search={name}>
      <p class="crumbs">
        <a href={links.package({ package: name })}>{name}</a> /{' '}
        <a href={links.test(test)}>
          {release} {arch}
        </a>
      </p>
      <div data-live="running">
        <h1>
          {name} on {release} {arch}
        </h1>
        {facts(test)}
        <h2>Tail of its log</h2>
        <div class="tail" data-part="log">
          <pre tabindex={0}>{test.logtail}</pre>
        </div>
      </div>
    </Layout>
  )
}

/** It has ended, or never was. */
function NotRunning({ layout }: { readonly layout: LayoutData }) {
  return (
    <Layout layout={layout} title="Not running" here="running">
      <h1>Not running</h1>
      <Empty>
        No test of this address runs now. One that has ended is in the history of its test some minutes later;{' '}
        <a href={links.running()}>what runs now</a>.
      </Empty>
    </Layout>
  )
}

function facts({ duration, usual, pace, params }: PacedTest): Markup {
  return markup`<table class="facts"><tbody><tr><th scope="row">Running for</th><td>${paceBar(duration, usual, pace)}</td></tr>
<tr><th scope="row">Takes</th><td>${usual === undefined ? 'not known: it has not run before' : usualText(usual)}</td></tr>
<tr><th scope="row">Triggers</th><td>${requestedWith(params)}</td></tr>
<tr><th scope="row">Requested</th><td>${requestedBy(params)}</td></tr></tbody></table>`
}
