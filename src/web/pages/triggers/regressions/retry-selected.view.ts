import { RETRY_HOWS } from '../../../../domain/trigger/retry-plan.ts'
import { links } from '../../../links.ts'
import { markup } from '../../../ui/markup/markup.ts'

/** What is done with the rows that are selected; and the same for all that fit, as addresses for scripts. */
export function RetrySelected({ given }: { readonly given: Readonly<Record<string, string>> }) {
  return markup`
    <form class="selection" id="selection" method="get" action="${links.retries()}">
      <label>
        Retry${' '}
        <select name="how">
          ${Object.entries(RETRY_HOWS).map(([how, text]) => markup`<option value="${how}">${text}</option>`)}
        </select>
      </label>${' '}
      <label>
        adding triggers${' '}
        <input name="add" maxlength="2000" placeholder="source/version" autocapitalize="none"/>
      </label>${' '}
      <button type="submit">Retry selected</button>
    </form>
    <p class="quiet">
      All that fit, as JSON: <a href="${links.regressionsJson(given)}">regressions.json</a>; as addresses that
      request them,${' '}
      ${Object.entries(RETRY_HOWS).map(
        ([how, text], index) => markup`
          ${index > 0 && ', '}
          <a href="${links.regressionsText({ ...given, how })}">${text}</a>
        `,
      )}.
    </p>
  `
}
