import type { PackageIndex } from './package-search.ts'

/** Names with the same beginning, in order. */
export interface Letter {
  /** `a`, or `libx` for a library as in archives; `0-9`, and `other` for names that no archive has. */
  readonly letter: string
  readonly names: readonly string[]
}

/** One screen of the names of a letter. */
export interface NamesPage {
  readonly names: readonly string[]
  /** The number of names before them under this letter. */
  readonly before: number
  /** The first names of the neighbouring pages, if they exist. */
  readonly previous: string | undefined
  readonly next: string | undefined
}

function letterOf(name: string): string {
  const library = /^lib[a-z0-9]/.exec(name)?.[0]
  if (library !== undefined) return library
  const first = name[0] ?? ''
  return /^[0-9]/.test(first) ? '0-9' : /^[a-z]/.test(first) ? first : 'other'
}

const known = new WeakMap<PackageIndex, readonly Letter[]>()

/**
 * The names of an index by letter, `other` last. Sorted once for each index, which takes a few milliseconds
 * for 40,000.
 */
export function packageLetters(index: PackageIndex): readonly Letter[] {
  let letters = known.get(index)
  if (letters === undefined) {
    letters = sortNames(index.names)
    known.set(index, letters)
  }
  return letters
}

function sortNames(names: readonly string[]): Letter[] {
  const byLetter = new Map<string, string[]>()
  for (const name of names) {
    const letter = letterOf(name)
    const of = byLetter.get(letter)
    if (of === undefined) byLetter.set(letter, [name])
    else of.push(name)
  }
  const place = (letter: string) => (letter === 'other' ? '~' : letter)
  return [...byLetter]
    .map(([letter, of]) => ({ letter, names: of }))
    .sort((a, b) => (place(a.letter) < place(b.letter) ? -1 : 1))
}

/** At most `size` names from `from` on, which may no longer exist. */
export function namesFrom({ names }: Letter, from: string, size: number): NamesPage {
  const before = firstNotBefore(names, from)
  return {
    names: names.slice(before, before + size),
    before,
    previous: before === 0 ? undefined : names[Math.max(0, before - size)],
    next: names[before + size],
  }
}

/** The index of the first name that is not before this one. */
function firstNotBefore(names: readonly string[], name: string): number {
  let [low, high] = [0, names.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((names[middle] as string) < name) low = middle + 1
    else high = middle
  }
  return low
}
