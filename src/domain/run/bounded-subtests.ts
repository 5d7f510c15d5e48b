import type { Subtest } from './subtest.ts'

/**
 * The number of a run's subtests that are stored and shown: real runs have a few hundred, with a line each.
 */
const MOST = 5_000
const MOST_CHARACTERS = 512 * 1024
const LONGEST_NAME = 250
const LONGEST_DETAIL = 1_000

export interface BoundedSubtests {
  /** In order; names and reasons are shortened. */
  readonly subtests: readonly Subtest[]
  /** The number of omitted subtests; passed ones are omitted before any others. */
  readonly left: number
}

/**
 * As many subtests as a page can show; those that did not pass take precedence.
 * @param more the number that are kept in addition, so that a reader can tell that these are not all
 */
export function boundSubtests(all: readonly Subtest[], more = 0): BoundedSubtests {
  const kept: (readonly [place: number, subtest: Subtest])[] = []
  let [characters, beyond] = [0, 0]
  const keep = (isWanted: (subtest: Subtest) => boolean): void => {
    for (const [place, subtest] of all.entries()) {
      if (beyond > more) return
      if (!isWanted(subtest)) continue
      if (kept.length >= MOST || characters > MOST_CHARACTERS) beyond += 1
      if (beyond > more) return
      const short = cutTexts(subtest)
      characters += short.name.length + short.detail.length
      kept.push([place, short])
    }
  }
  keep(({ result }) => result !== 'PASS')
  keep(({ result }) => result === 'PASS')
  const subtests = kept.sort(([one], [other]) => one - other).map(([, subtest]) => subtest)
  return { subtests, left: all.length - subtests.length }
}

/** The same with its name and reason shortened. */
export function cutTexts<T extends { readonly name: string; readonly detail?: string }>(one: T): T {
  const { name, detail } = one
  return {
    ...one,
    name: cut(name, LONGEST_NAME),
    ...(detail !== undefined && { detail: cut(detail, LONGEST_DETAIL) }),
  }
}

/** Shortens a name. */
export const cutName = (name: string): string => cut(name, LONGEST_NAME)

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text)
