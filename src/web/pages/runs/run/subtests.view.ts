import type { StoredDetails } from '../../../../backends/derived/derived.ts'
import type { LogIndex, LogSection } from '../../../../domain/log/log-index.ts'
import { boundSubtests } from '../../../../domain/run/bounded-subtests.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { endedEarly, missingFailure, unendedTests } from '../../../../domain/run/run-end.ts'
import { SUBTEST_RESULTS, type Subtest } from '../../../../domain/run/subtest.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { subtestMark } from '../../../ui/facts/verdict.ts'
import { shownText } from '../../../ui/markup/control-characters.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

/** More of what went well than this is folded. */
const OPEN_PASSES = 30

/** The tests inside a run with their reasons, or honestly why they are not here. */
export function Subtests({
  run,
  details,
}: {
  readonly run: Run
  readonly details: StoredDetails | undefined
}) {
  return markup`
    <section>
      <h2>Tests</h2>
      ${details?.state === 'known' ? known(run, details) : unknown(run, details)}
    </section>
  `
}

function unknown(run: RunKey, details: Exclude<StoredDetails, { state: 'known' }> | undefined) {
  const log = markup`<a href="${links.log(run)}">See the log</a>`
  if (details?.state === 'missing') {
    return Empty({
      children: markup`The tests of this run could not be read: ${details.reason}. ${log}, if there is one.`,
    })
  }
  if (details?.state === 'wanted') {
    return Empty({ children: markup`The tests of this run have not been read from the store yet. ${log}.` })
  }
  return Empty({ children: markup`The tests of this run are not indexed here. ${log}.` })
}

function known(run: Run, { subtests: all, log }: Extract<StoredDetails, { state: 'known' }>) {
  const { subtests, left } = boundSubtests(all)
  const unended = unendedTests({ subtests: all, log })
  const missing = missingFailure({ exitcode: run.exitcode, subtests: all, log })
  const contradiction =
    missing &&
    markup`
      <p class="notice">
        The exit code (${run.exitcode}) says that ${missing}, but none of the tests listed here did.${' '}
        <a href="${links.log(run)}">The log may tell more</a>.
      </p>
    `
  if (subtests.length === 0 && unended.length === 0) {
    return markup`
      ${contradiction}
      ${Empty({
        children: markup`
          This run ended before any test had a result. <a href="${links.log(run)}">The log says why</a>.
        `,
      })}
    `
  }
  // What went wrong stands first; within one result the order is that of the run
  const groups = SUBTEST_RESULTS.map(result => subtests.filter(subtest => subtest.result === result))
  const lines = linesOf(log)
  const odd = groups.slice(0, -1).flat()
  const passes = groups.at(-1) ?? []
  const folded = passes.length > OPEN_PASSES
  return markup`
    <p>${counts(groups, unended)} of ${counted(subtests.length + unended.length, 'test')}</p>
    ${contradiction}
    ${endedEarly({ exitcode: run.exitcode, subtests: all, log }) && early(run, log)}
    ${
      left > 0 &&
      markup`
        <p class="note">
          More tests are not shown; <a href="${links.log(run)}">see the log</a>.
        </p>
      `
    }
    ${table(run, folded ? odd : [...odd, ...passes], lines, unended)}
    ${
      folded &&
      markup`
        <details>
          <summary>${counted(passes.length, 'test')} that passed</summary>
          ${table(run, passes, lines)}
        </details>
      `
    }
  `
}

/** A run that died says nothing of the tests that were to come. */
function early(run: Run, log: LogIndex | undefined) {
  const line = log?.errorLine
  return markup`
    <p class="notice">
      This run ended before all of its tests had finished
      ${
        line !== undefined &&
        markup`
          : see the error in <a href="${links.logLine(run, line)}">line ${line} of the log</a>
        `
      }.
    </p>
  `
}

function counts(groups: readonly (readonly Subtest[])[], unended: readonly LogSection[]): string {
  const parts = groups
    .filter(group => group.length > 0)
    .map(group => `${count(group.length)} ${(group[0] as Subtest).result}`)
  return [...parts, ...(unended.length > 0 ? [`${count(unended.length)} without a result`] : [])].join(', ')
}

/** Where each test begins in the log, by its result too: names may be those of several. */
function linesOf(log: LogIndex | undefined): (subtest: Subtest) => number | undefined {
  const lines = new Map<string, number>()
  for (const { kind, name, result = '', line } of log?.sections ?? [])
    if (kind === 'test') lines.set(`${name} ${result}`, line)
  return ({ name, result }) => lines.get(`${name} ${result}`) ?? lines.get(`${name} `)
}

function table(
  run: RunKey,
  subtests: readonly Subtest[],
  lineOf: (subtest: Subtest) => number | undefined,
  unended: readonly LogSection[] = [],
): Markup {
  if (subtests.length === 0 && unended.length === 0) return markup``
  const name = (text: string, line: number | undefined): Markup =>
    line === undefined
      ? markup`${shownText(text)}`
      : markup`<a href="${links.logLine(run, line)}">${shownText(text)}</a>`
  return markup`
    <table class="subtests readable">
      <thead><tr><th scope="col">Result</th><th scope="col">Test</th><th scope="col">Reason</th></tr></thead>\n
      <tbody>
        ${unended.map(
          test => markup`
            <tr data-row>
              <td class="id"><span class="v none">none</span></td>
              <td class="id">${name(test.name, test.line)}</td>
              <td>It did not finish.</td>
            </tr>\n
          `,
        )}
        ${subtests.map(
          subtest => markup`
            <tr data-row>
              <td class="id">${subtestMark(subtest.result)}</td>
              <td class="id">${name(subtest.name, lineOf(subtest))}</td>
              <td>${shownText(subtest.detail)}</td>
            </tr>\n
          `,
        )}
      </tbody>
    </table>
  `
}
