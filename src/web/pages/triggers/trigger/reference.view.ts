import { MIGRATION_REFERENCE } from '../../../../domain/trigger/trigger.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

/** What `migration-reference/0` is, which is not an upload. */
export function ReferenceView({ layout }: { readonly layout: LayoutData }) {
  return Layout({
    layout,
    title: MIGRATION_REFERENCE,
    children: markup`
      <h1>${MIGRATION_REFERENCE}</h1>
      <p>
        This is not an upload: a run with this trigger tests the release as it is, with nothing from -proposed. Its
        newest run is the baseline that failures of uploads are compared with, so it has no outcomes of its own.
      </p>
      <p>
        A test that fails for an upload is a regression if its baseline does not fail. Where a test has no
        baseline, a request with the trigger <code>${MIGRATION_REFERENCE}</code> makes one.
      </p>
    `,
  })
}
