import type { Subtest } from './subtest.ts'

/** What is kept and shown of one run's subtests: real ones have some hundred, with a line each. */
const MOST = 5_000
const MOST_CHARACTERS = 512 * 1024
const LONGEST_NAME = 250
const LONGEST_DETAIL = 1_000

export interface BoundedSubtests {
  /** In their order; names and reasons cut. */
  readonly subtests: readonly Subtest[]
  /** How many are left out: those that went well before all others. */
  readonly left: number
}

/**
 * As many subtests as a page can show, those first that did not pass.
 * @param more so many are kept beyond, so that whoever reads them can tell that these are not all
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

/** The same with a name and a reason of some length. */
export function cutTexts<T extends { readonly name: string; readonly detail?: string }>(one: T): T {
  const { name, detail } = one
  return {
    ...one,
    name: cut(name, LONGEST_NAME),
    ...(detail !== undefined && { detail: cut(detail, LONGEST_DETAIL) }),
  }
}

/** The name alone. */
export const cutName = (name: string): string => cut(name, LONGEST_NAME)

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text)
