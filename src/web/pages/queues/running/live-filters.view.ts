import { CONTEXTS } from '../../../../domain/queue/queue-name.ts'
import { links } from '../../../links.ts'
import { Choice } from '../../../ui/choice.view.ts'
import { FILTER_FOLD } from '../../../ui/lists/filter-fold.ts'
import { markup } from '../../../ui/markup/markup.ts'

interface LiveFiltersProps {
  /** As given; '' if absent. */
  readonly given: Readonly<Record<string, string>>
  readonly isFiltered: boolean
  readonly releases: readonly string[]
  readonly arches: readonly string[]
}

/** What of all that runs and waits is to be shown; the filter stands in the address. */
export function LiveFilters({ given, isFiltered, releases, arches }: LiveFiltersProps) {
  return markup`
    ${FILTER_FOLD}
    <form class="filters" method="get" action="${links.running()}">
      ${Field({ name: 'package', label: 'Package', given: given.package })}
      ${Field({ name: 'trigger', label: 'Trigger', given: given.trigger })}
      ${Choice({ name: 'release', label: 'Release', given: given.release, options: releases })}
      ${Choice({ name: 'arch', label: 'Architecture', given: given.arch, options: arches })}
      ${Choice({ name: 'context', label: 'Context', given: given.context, options: CONTEXTS })}
      ${Field({ name: 'requester', label: 'Requester', given: given.requester })}
      <button type="submit">Show</button>
      <a href="${links.runningMine()}">Only mine</a>
      ${isFiltered && markup`<a href="${links.running()}">Show all</a>`}
    </form>
  `
}

function Field({ name, label, given }: { name: string; label: string; given: string | undefined }) {
  return markup`
    <label>
      ${label}${' '}
      <input name="${name}" value="${given ?? ''}" maxlength="200" autocapitalize="none" spellcheck="false"/>
    </label>
  `
}
