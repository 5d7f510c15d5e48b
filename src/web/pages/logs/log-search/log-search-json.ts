import type { LineQuery, LineSearch } from '../../../../domain/log/search/search-lines.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'

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
      url: `${baseUrl}${links.logLine(run, number)}`,
    })),
    next: isMore
      ? baseUrl +
        links.logSearchJson(run, {
          q: asked.text,
          case: asked.ignoreCase ? undefined : 1,
          pattern: asked.isPattern ? 1 : undefined,
          context: asked.context === 0 ? undefined : asked.context,
          after: last.number,
        })
      : null,
  }
}
