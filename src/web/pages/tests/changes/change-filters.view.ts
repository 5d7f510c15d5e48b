import { links } from '../../../links.ts'
import type { ChangesAsked } from '../../../parameters/changes.ts'
import { Choice } from '../../../ui/choice.view.ts'
import { FILTER_FOLD } from '../../../ui/lists/filter-fold.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'

export interface ChangeFiltersProps {
  readonly asked: ChangesAsked
  /** Its packages stand in a form, and not in the address. */
  readonly isPosted: boolean
  readonly teams: readonly string[]
  readonly lists: readonly string[]
  readonly releases: readonly string[]
}

/** What is compared, and which tests; all of it stands in the address. */
export function ChangeFilters({ asked, teams, lists, releases, isPosted }: ChangeFiltersProps) {
  const { given } = asked
  const moment = (name: 'from' | 'to', label: string, hint: string) => markup`
    <label title="A day (2026-09-01, its first moment), the id of a run, or a release as it is now">
      ${label}${' '}
      <input name="${name}" value="${given[name]}" maxlength="64" placeholder="${hint}" autocapitalize="none"/>
    </label>
  `
  const packages = markup`
    <label title="Separated by blanks">
      Packages <input name="packages" value="${given.packages}" autocapitalize="none"/>
    </label>
  `
  return markup`
    ${FILTER_FOLD}
    <form class="filters" method="get" action="${links.changes()}">
      <label>
        Release${' '}
        <select name="release">${[...new Set([...releases, given.release])].map(
          release => markup`
            <option value="${release}"${attribute('selected', release === given.release)}>${release}</option>
          `,
        )}</select>
      </label>
      ${moment('from', 'From', '2026-09-01')}
      ${moment('to', 'to', 'now')}
      <label title="One or several, separated by blanks">
        Architectures <input name="arch" value="${given.arch}" maxlength="120" autocapitalize="none"/>
      </label>
      ${teams.length > 0 && Choice({ name: 'team', label: 'Team', given: given.team, options: teams })}
      ${lists.length > 0 && Choice({ name: 'list', label: 'List', given: given.list, options: lists })}
      ${!isPosted && given.packages !== '' && packages}
      <button type="submit">Compare</button>
    </form>
    <p class="quiet">
      <a href="${links.changesOf({ ...given, packages: undefined })}">Only some packages, from a list…</a>
    </p>
  `
}
