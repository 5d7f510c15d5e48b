import type { RunKey } from '../../domain/test/test.ts'
import { links } from '../links.ts'
import { markup } from '../ui/markup/markup.ts'
import { runTime } from './facts/time.ts'

/** The way up from a part of a run: its package, its test, the run. */
export function RunCrumbs({ run }: { readonly run: RunKey }) {
  return markup`
    <p class="crumbs">
      <a href="${links.package({ package: run.package })}">${run.package}</a> /${' '}
      <a href="${links.test(run)}">${run.release} ${run.arch}</a> /${' '}
      <a href="${links.run(run)}">${runTime(run.runId)}</a>
    </p>
  `
}
