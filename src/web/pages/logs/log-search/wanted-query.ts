import type { WantedLine } from '../../../../domain/log/search/line-matcher.ts'

/** What is looked for in a log, as its addresses have it. */
export function wantedQuery({ text, ignoreCase, isPattern }: WantedLine) {
  return {
    q: text === '' ? undefined : text,
    case: ignoreCase ? undefined : 1,
    pattern: isPattern ? 1 : undefined,
  }
}
