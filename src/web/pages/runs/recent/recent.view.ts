import { FILTERABLE_VERDICTS } from '../../../../domain/run/verdict.ts'
import { links } from '../../../links.ts'
import { Choice } from '../../../ui/choice.view.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { FILTER_FOLD } from '../../../ui/lists/filter-fold.ts'
import type { PlaceRows } from '../../../ui/lists/place-rows.ts'
import { RunList, type RunListProps } from '../../../ui/lists/run-list.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

export interface RecentViewProps {
  readonly layout: LayoutData
  readonly found: RunListProps['found']
  readonly failures: RunListProps['failures']
  readonly paging: { readonly limit: number; readonly offset: number }
  /** The filter words as given; '' if absent. */
  readonly filters: Readonly<Record<string, string>>
  /** The limit as given, to be kept in links. */
  readonly limit: string | null
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  readonly place: PlaceRows
}

/** The filters, the rows, and the ways to older and newer ones. */
export function RecentView(props: RecentViewProps) {
  const { layout, found, failures, paging, filters, limit, place } = props
  const kept = { ...filters, limit: limit ?? undefined }
  const to = (offset: number) => links.recent({ ...kept, offset: offset > 0 ? offset : undefined })
  return Layout({
    layout,
    title: 'Recent results',
    here: 'recent',
    feed: feedOf(filters),
    children: markup`
      <h1>Recent results</h1>
      ${Filters(props)}
      ${RunList({
        found,
        failures,
        paging,
        to,
        place,
        children: hasFilter(filters) && markup`<a href="${links.recent()}">Show all results</a>`,
      })}
    `,
  })
}

const feedOf = ({ release, arch }: RecentViewProps['filters']): string =>
  links.recentFeed({ feed: 'feed.atom' }, { release, arch })

const hasFilter = (filters: Readonly<Record<string, string>>): boolean => Object.values(filters).some(Boolean)

function Filters({ filters, releases, arches, limit }: RecentViewProps) {
  return markup`
    ${FILTER_FOLD}
    <form class="filters" method="get" action="${links.recent()}">
      ${Choice({ name: 'release', label: 'Release', given: filters.release, options: releases })}
      ${Choice({ name: 'arch', label: 'Architecture', given: filters.arch, options: arches })}
      ${Choice({ name: 'result', label: 'Result', given: filters.result, options: FILTERABLE_VERDICTS })}
      <label>
        Requester <input name="user" value="${filters.user ?? ''}" maxlength="100" autocapitalize="none"/>
      </label>
      ${limit !== null && markup`<input type="hidden" name="limit" value="${limit}"/>`}
      <button type="submit">Show</button>
    </form>
  `
}
