import type { Run } from '../../../domain/run/run.ts'
import { isRetryable, verdictOf } from '../../../domain/run/verdict.ts'
import type { FailuresOfRuns } from '../../../queries/failures/failures-of-runs.ts'
import { type Child, markup } from '../../ui/markup/markup.ts'
import { Empty } from '../empty.view.ts'
import { count } from '../facts/numbers.ts'
import { Pagination } from './pagination.view.ts'
import type { PlaceRows } from './place-rows.ts'
import { runsTable } from './runs-table.ts'
import { selectionForm } from './selection.ts'

export interface RunListProps {
  readonly found: {
    readonly runs: readonly Run[]
    readonly more: boolean
    readonly searchedOnly: number | undefined
  }
  /** Why they failed. */
  readonly failures?: FailuresOfRuns | undefined
  readonly paging: { readonly limit: number; readonly offset: number }
  /** The address of the page that begins after a number of rows. */
  readonly to: (offset: number) => string
  readonly place: PlaceRows
  /** Whether all are of one requester. */
  readonly isOfOne?: boolean
  /** Said where there is nothing. */
  readonly children?: Child
}

/** A page of runs of any tests, the ways to newer and older ones, and what was not searched. */
export function RunList({ found, failures, paging, to, place, isOfOne = false, children }: RunListProps) {
  const { limit, offset } = paging
  const { runs, more, searchedOnly } = found
  const rows = runs.map(run => ({ run, retry: isRetryable(verdictOf(run.exitcode)) }))
  return markup`
    ${
      searchedOnly !== undefined &&
      markup`
        <p class="note">
          The index of results is still being built: only the newest ${count(searchedOnly)} runs were searched.
        </p>
      `
    }
    ${
      runs.length === 0
        ? Empty({ children: markup`Looks like there are no results. ${children}` })
        : runsTable({
            rows,
            caption: `Results ${count(offset + 1)} to ${count(offset + runs.length)}`,
            columns: isOfOne ? 'requested' : 'packages',
            ...(failures && { failures }),
            place,
          })
    }
    ${selectionForm(rows)}
    ${Pagination({
      newest: offset > 0 ? to(0) : undefined,
      newer: offset > 0 ? to(Math.max(0, offset - limit)) : undefined,
      older: more ? to(offset + limit) : undefined,
    })}
  `
}
