import { links } from '../../../links.ts'
import { Choice } from '../../../ui/choice.view.ts'
import { FILTER_FOLD } from '../../../ui/lists/filter-fold.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'
import type { GroupBy } from './group-failures.ts'

/** The first one is the default. */
const STATES = ['regression', 'no baseline', 'no result', 'not a regression']

interface RegressionFiltersProps {
  /** As given; '' if absent. */
  readonly given: Readonly<Record<string, string>>
  readonly by: GroupBy
  readonly releases: readonly string[]
  readonly teams: readonly string[]
}

/** The choices by which what failed is narrowed; all of them stand in the address. */
export function RegressionFilters({ given, by, releases, teams }: RegressionFiltersProps) {
  const text = (name: string, label: string, hint: string) => markup`
    <label title="${hint}">
      ${label} <input name="${name}" value="${given[name] ?? ''}" maxlength="120" autocapitalize="none"/>
    </label>
  `
  const days = (name: string, label: string, hint?: string) => markup`
    <label>
      ${label}${' '}
      <input
        name="${name}"
        value="${given[name] ?? ''}"
        size="4"
        inputmode="numeric"
        ${attribute('placeholder', hint)}
      />
    </label>
  `
  return markup`
    ${FILTER_FOLD}
    <form class="filters" method="get" action="${links.regressions()}">
      ${text('blocks', 'Blocks', 'A source package: failures for its uploads')}
      ${text(
        'blocked_by_tests',
        'Blocked by tests of',
        'A source package: failures of its tests, for any upload',
      )}
      ${text(
        'blocked_by',
        'Blocked by',
        'A source package: all failures for the uploads that break its tests',
      )}
      <label>
        State${' '}
        <select name="state">${STATES.map(
          state => markup`
            <option
              value="${state}"
              ${attribute('selected', state === (given.state ?? '').toLowerCase().replaceAll('-', ' '))}
            >
              ${state}
            </option>
          `,
        )}</select>
      </label>
      ${Choice({ name: 'release', label: 'Release', given: given.release, options: releases })}
      ${text('arch', 'Architectures', 'One or several, separated by spaces')}
      ${teams.length > 0 && Choice({ name: 'team', label: 'Team', given: given.team, options: teams })}
      ${text('requester', 'Requested by', 'The requester of the run')}
      ${days('min_age', 'Days, at least')}
      ${days('max_age', 'at most', '14')}
      <label>
        <input type="checkbox" name="unknown" value="1"${attribute('checked', given.unknown === '1')}/>${' '}
        version unknown
      </label>
      <label title="In the line that says why it failed">
        Failure text${' '}
        <input name="text" value="${given.text ?? ''}" maxlength="200" autocapitalize="none"/>
      </label>
      <label>
        <input type="checkbox" name="pattern" value="1"${attribute('checked', given.pattern === '1')}/>${' '}
        is a pattern
      </label>
      <input type="hidden" name="by" value="${by}"/>
      <button type="submit">Show</button> <a href="${links.regressionsMine()}">Only mine</a>
    </form>
  `
}
