import type { Run } from '../../../../domain/run/run.ts'
import type { ComparedLogs } from '../../../../queries/compare/compared-logs.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { showControls } from '../../../ui/markup/control-characters.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

/** Lines that only the log of the failed run has. */
export function LinesPart({
  runs,
  logs,
}: {
  readonly runs: { readonly from: Run; readonly to: Run }
  readonly logs: ComparedLogs
}) {
  return markup`
    <section id="lines"><h2>Lines that only the failed run printed</h2>${content(runs, logs)}</section>
  `
}

function content(runs: { readonly from: Run; readonly to: Run }, logs: ComparedLogs) {
  if (logs.state === 'no failure') return Empty({ children: 'No test of either run failed.' })
  const run = runs[logs.of]
  if (logs.state === 'no log') {
    return Empty({
      children: markup`
        The <a href="${links.run(run)}">${logs.of === 'from' ? 'first' : 'second'} run</a> has no log that can
        be read.
      `,
    })
  }
  const shown = logs.tests.reduce((sum, test) => sum + test.lines.length, 0)
  if (logs.total === 0) {
    return Empty({
      children: markup`
        None: the other log has every line of the <a href="${links.log(run)}">failing test’s output</a>, but
        for numbers and the like.
      `,
    })
  }
  return markup`
    <p>
      ${counted(logs.total, 'line')} of the output of what failed ${logs.total === 1 ? 'is' : 'are'} not in the
      other log, apart from numbers and random names${shown < logs.total && `; the first ${count(shown)} are shown`}.
      ${logs.isCut && ' The logs are too long to be compared as a whole.'}
    </p>
    ${logs.tests.map(
      ({ name, lines }) => markup`
        ${
          (logs.tests.length > 1 || name !== '') &&
          markup`<h3>${name === '' ? 'Preparation' : showControls(name)}</h3>`
        }
        <pre class="novel" tabindex="0">${lines.map(line => lineOf(run, line))}</pre>
      `,
    )}
  `
}

const lineOf = (run: Run, { number, text }: { number: number; text: string }): Markup =>
  markup`<a href="${links.logLine(run, number)}">${number}</a> ${showControls(text)}\n`
