import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

/** A run cannot be compared with one before it, as it is the first. */
export function NothingEarlierView({ layout, run }: { readonly layout: LayoutData; readonly run: RunKey }) {
  return Layout({
    layout,
    title: 'Nothing to compare with',
    search: run.package,
    children: markup`
      <h1>Nothing to compare with</h1>
      <p>
        <a href="${links.run(run)}">This run</a> of ${run.package} is the first known run on this release and
        architecture, so there is no earlier run to compare it with.
      </p>
      <p class="ways-on">
        <a href="${links.test(run)}">Runs on ${run.release} ${run.arch}</a>${' '}
        <a href="${links.package({ package: run.package })}">All of ${run.package}</a>
      </p>
    `,
  })
}
