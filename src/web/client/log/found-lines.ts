import { type LineMatcher, LOOKED_AT } from '../../../domain/log/search/line-matcher.ts'

/** So long may be looked before the page answers its reader again, in milliseconds. */
const AT_ONCE_MS = 20

/**
 * Numbers of the wanted lines in a log, in turns that leave the page alive; undefined if that is not wanted any more.
 * @param blocks texts of blocks of lines, each of which begins with its number and a space
 */
export async function foundLines(
  blocks: Iterable<string>,
  matcher: LineMatcher,
  isWanted: () => boolean,
): Promise<readonly number[] | undefined> {
  const found: number[] = []
  let began = performance.now()
  for (const block of blocks) {
    for (const line of block.split('\n')) {
      const space = line.indexOf(' ')
      if (space > 0 && matcher.matches(line.slice(space + 1, space + 1 + LOOKED_AT)))
        found.push(Number(line.slice(0, space)))
      if (performance.now() - began < AT_ONCE_MS) continue
      await new Promise(resolve => setTimeout(resolve))
      if (!isWanted()) return undefined
      began = performance.now()
    }
  }
  return found
}

/** The line to go to from one, around the end; undefined if none is found. */
export function nextFound(found: readonly number[], from: number, step: 1 | -1): number | undefined {
  return step === 1
    ? (found.find(line => line > from) ?? found[0])
    : (found.filter(line => line < from).at(-1) ?? found.at(-1))
}
