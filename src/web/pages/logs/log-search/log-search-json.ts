import type { LineQuery, LineSearch } from '../../../../domain/log/search/search-lines.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'
import { wantedQuery } from './search-form.view.ts'

/** What was found in a log, as programs see it; `next` is null where these are the last ones. */
export function logSearchAsJson(run: RunKey, asked: LineQuery, found: LineSearch, baseUrl: string) {
  const given = found.lines.filter(({ isFound }) => isFound)
  const last = given.at(-1)
  const isMore = last !== undefined && found.earlier + given.length < found.found
  return {
    found: found.found,
    earlier: found.earlier,
    complete: !found.isCut,
    lines: found.lines.map(({ number, text, isFound }) => ({
      number,
      text,
      found: isFound,
      url: `${baseUrl}${links.log(run, wantedQuery(asked))}#L${number}`,
    })),
    next: isMore
      ? baseUrl +
        links.logSearchJson(run, {
          ...wantedQuery(asked),
          context: asked.context === 0 ? undefined : asked.context,
          after: last.number,
        })
      : null,
  }
}
