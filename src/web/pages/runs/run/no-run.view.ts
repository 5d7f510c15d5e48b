import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

/** There is no such run: it may still be running, or be of another architecture. */
export function NoRunView({ layout, run }: { readonly layout: LayoutData; readonly run: RunKey }) {
  return Layout({
    layout,
    title: 'No such run',
    search: run.package,
    children: markup`
      <h1>No such run</h1>
      <p>
        ${run.package} has no run <code>${run.runId}</code> on ${run.release} ${run.arch}. A test that is
        still running has no page yet; the address may also be incomplete, or belong to a PPA.
      </p>
      <p class="ways-on">
        <a href="${links.test(run)}">Runs on ${run.release} ${run.arch}</a>${' '}
        <a href="${links.package({ package: run.package })}">All of ${run.package}</a>${' '}
        <a href="${links.runningPackage(run.package)}">What runs now</a>
      </p>
    `,
  })
}
