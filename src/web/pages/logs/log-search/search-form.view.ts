import type { WantedLine } from '../../../../domain/log/search/line-matcher.ts'
import type { LineQuery } from '../../../../domain/log/search/search-lines.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'

/**
 * Asks for lines of a log; what was asked stays in it. In the log itself a script takes it to walk from line to line
 * (`client/log/log-search.ts`), and the button leads to the lines alone.
 */
export function LogSearchForm({ run, asked }: { readonly run: RunKey; readonly asked?: LineQuery }) {
  return markup`
    <form
      class="filters log-search"
      aria-label="Search in the log"
      method="get"
      action="${links.logSearch(run)}"
    >
      <label>
        Lines with <input type="search" name="q" value="${asked?.text ?? ''}" maxlength="200" size="30"/>
      </label>${' '}
      <label>
        <input type="checkbox" name="case" value="1"${attribute('checked', asked?.ignoreCase === false)}/>${' '}
        Case
      </label>${' '}
      <label>
        <input type="checkbox" name="pattern" value="1"${attribute('checked', asked?.isPattern === true)}/>${' '}
        Pattern
      </label>${' '}
      <label>
        Context${' '}
        <select name="context">
          ${[0, 1, 3, 10].map(
            number => markup`
              <option value="${number}"${attribute('selected', number === (asked?.context ?? 0))}>${number}</option>
            `,
          )}
        </select>
      </label>${' '}
      <button type="submit">${asked === undefined ? 'Matching lines only' : 'Find'}</button>
    </form>
  `
}

/** What is looked for in a log, as its addresses have it: by the names of the form. */
export function wantedQuery({ text, ignoreCase, isPattern }: WantedLine) {
  return {
    q: text === '' ? undefined : text,
    case: ignoreCase ? undefined : 1,
    pattern: isPattern ? 1 : undefined,
  }
}
