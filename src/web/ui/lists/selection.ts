import type { RunKey } from '../../../domain/test/test.ts'
import { links } from '../../links.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'

/** The form that boxes in a table belong to. */
const FORM = 'selection'

/** A run as it is selected: a package's name may hold a slash, the others cannot. */
export const selectedName = ({ package: name, release, arch, runId }: RunKey): string =>
  `${name}/${release}/${arch}/${runId}`

/** Selects a run to be retried with others. */
export function selectionBox(run: RunKey): Markup {
  const label = `Select ${run.package} on ${run.release} ${run.arch}, ${run.runId}, to be retried`
  return markup`
    <input type="checkbox" form="${FORM}" name="run" value="${selectedName(run)}" aria-label="${label}">
  `
}

/** Stands below a table with such boxes, the same for every reader; outside what changes in place. */
export function selectionForm(rows: readonly { readonly retry: boolean }[]): Markup {
  if (!rows.some(row => row.retry)) return NOTHING
  return markup`
    <form class="selection" id="${FORM}" method="get" action="${links.retries()}">
      <button type="submit">Retry selected</button>
    </form>
  `
}
