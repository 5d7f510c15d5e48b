import type { StoredDetails } from '../../../backends/derived/derived.ts'
import type { LogIndex } from '../../../domain/log-index.ts'
import type { Subtest, SubtestResult } from '../../../domain/subtest.ts'
import type { RunKey } from '../../../domain/test.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.tsx'
import { type Markup, markup } from '../../ui/markup.ts'
import { count, counted } from '../../ui/numbers.ts'
import { subtestMark } from '../../ui/verdict.ts'

/** What went wrong stands first; within one result the order is that of the run. */
const ORDER: readonly SubtestResult[] = ['FAIL', 'BROKEN', 'FLAKY', 'SKIP', 'PASS']

/** More of what went well than this is folded. */
const OPEN_PASSES = 30

/** The tests inside a run with their reasons, or honestly why they are not here. */
export function Subtests({
  run,
  details,
}: {
  readonly run: RunKey
  readonly details: StoredDetails | undefined
}) {
  return (
    <section>
      <h2>Tests</h2>
      {details?.state === 'known' ? known(run, details) : unknown(run, details)}
    </section>
  )
}

function unknown(run: RunKey, details: Exclude<StoredDetails, { state: 'known' }> | undefined) {
  const log = <a href={links.log(run)}>The log has them</a>
  if (details?.state === 'missing') {
    return (
      <Empty>
        The tests of this run could not be read: {details.reason}. {log}, if there is one.
      </Empty>
    )
  }
  if (details?.state === 'wanted') {
    return <Empty>The tests of this run have not been read from the store yet. {log}.</Empty>
  }
  return <Empty>The tests of this run are not indexed here. {log}.</Empty>
}

function known(run: RunKey, { subtests, log }: Extract<StoredDetails, { state: 'known' }>) {
  if (subtests.length === 0) {
    return (
      <Empty>
        This run ended before any test had a result. <a href={links.log(run)}>The log says why</a>.
      </Empty>
    )
  }
  const groups = ORDER.map(result => subtests.filter(subtest => subtest.result === result))
  const lines = linesOf(log)
  const odd = groups.slice(0, -1).flat()
  const passes = groups.at(-1) ?? []
  const folded = passes.length > OPEN_PASSES
  return (
    <>
      <p>
        {counts(groups)} of {counted(subtests.length, 'test')}
      </p>
      {table(run, folded ? odd : [...odd, ...passes], lines)}
      {folded && (
        <details>
          <summary>{counted(passes.length, 'test')} that passed</summary>
          {table(run, passes, lines)}
        </details>
      )}
    </>
  )
}

function counts(groups: readonly (readonly Subtest[])[]): string {
  return groups
    .filter(group => group.length > 0)
    .map(group => `${count(group.length)} ${(group[0] as Subtest).result}`)
    .join(', ')
}

/** Where each test begins in the log. */
function linesOf(log: LogIndex | undefined): ReadonlyMap<string, number> {
  const sections = log?.sections.filter(section => section.kind === 'test') ?? []
  return new Map(sections.map(section => [section.name, section.line]))
}

function table(run: RunKey, subtests: readonly Subtest[], lines: ReadonlyMap<string, number>): Markup {
  if (subtests.length === 0) return markup``
  const name = (subtest: Subtest): Markup => {
    const line = lines.get(subtest.name)
    return line === undefined
      ? markup`${subtest.name}`
      : markup`<a href="${links.log(run)}#L${line}">${subtest.name}</a>`
  }
  return markup`<table class="subtests readable"><thead><tr><th scope="col">Result</th><th scope="col">Test</th><th scope="col">Reason</th></tr></thead>
<tbody>${subtests.map(subtest => markup`<tr data-row><td class="id">${subtestMark(subtest.result)}</td><td class="id">${name(subtest)}</td><td>${subtest.detail}</td></tr>\n`)}</tbody></table>`
}
