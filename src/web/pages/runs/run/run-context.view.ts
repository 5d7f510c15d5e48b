import type { Run } from '../../../../domain/run/run.ts'
import { hasPassed, verdictOf } from '../../../../domain/run/verdict.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import type { RunContext } from '../../../../queries/runs/run-context.ts'
import { links } from '../../../links.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/** What a failed run is to be seen against: the last pass, the same version elsewhere, the reference. */
export function ContextOfRun({ run, context }: { readonly run: Run; readonly context: RunContext }) {
  return markup`
    <div class="context">
      ${lastPassLine(run, context)}
      ${elsewhereLine(run, context)}
      ${
        context.reference !== undefined &&
        context.reference.runId !== run.runId &&
        referenceLine(context.reference)
      }
    </div>
  `
}

/** How much changed since is read from the store: script puts it there, and the link leads to it without. */
function lastPassLine(run: Run, { lastPass }: RunContext): Markup {
  if (lastPass === undefined) return markup`<p>No earlier pass is known.</p>`
  return markup`
    <p data-include="${links.comparison(lastPass, run, { brief: 1 })}">
      Last passed <a href="${links.run(lastPass)}">${runTime(lastPass.runId)}</a>.${' '}
      <a href="${links.comparison(lastPass, run)}">Compare with the last pass</a>
    </p>
  `
}

function elsewhereLine(run: Run, { elsewhere, since }: RunContext): Markup {
  if (elsewhere.length === 0 || !run.version) return NOTHING
  const passes = (one: Run): boolean => hasPassed(verdictOf(one.exitcode))
  const [passing, failing] = [elsewhere.filter(passes), elsewhere.filter(one => !passes(one))]
  const list = (runs: readonly Run[]): Markup[] =>
    runs.map((one, at) => markup`${at === 0 ? '' : ', '}${archLink(one, run)}${sinceWords(since.get(one))}`)
  if (failing.length === 0)
    return markup`
      <p>
        Of ${run.release}’s architectures with this version it fails only on <strong>${run.arch}</strong>; it passes
        on ${list(passing)}.
      </p>
    `
  if (passing.length === 0)
    return markup`<p>The same version fails on every other architecture that has it: ${list(failing)}.</p>`
  return markup`<p>The same version passes on ${list(passing)}, and fails on ${list(failing)} too.</p>`
}

const archLink = (one: Run, run: Run): Markup =>
  markup`<a href="${links.comparison(one, run)}">${one.arch}</a>`

function sinceWords(first: RunKey | undefined): Markup {
  return first === undefined
    ? NOTHING
    : markup` (there since <a href="${links.run(first)}">${runTime(first.runId)}</a>)`
}

function referenceLine(reference: Run): Markup {
  const verdict = verdictOf(reference.exitcode)
  return markup`
    <p>
      With <code>migration-reference/0</code>: ${verdictLink(verdict, links.run(reference))}${' '}
      ${runTime(reference.runId)}
    </p>
  `
}
