import { standsAt, upperCase } from './letters.ts'
import { WordSearch } from './word-search.ts'
import { rarestPlace, WINDOW, WordTable } from './word-table.ts'

/** What rules search for in a line, so that most lines need not be decoded. */
interface Marks {
  readonly words?: readonly string[]
  readonly starts?: readonly string[]
}

interface Start {
  readonly bytes: Uint8Array
  readonly rules: readonly number[]
}

/** Tells which rules a line of bytes may match, from the words that they search for, without decoding it. */
export class LineFilter {
  /** Finds the words of all rules. */
  readonly search: WordSearch
  readonly #words = new WordTable<readonly number[]>()
  /** The beginnings of lines that rules search for, by their first byte. */
  readonly #starts: (Start[] | undefined)[] = new Array(256).fill(undefined)
  /** A bit for each two bytes that some of them begin with: nearly all lines begin with others. */
  readonly #pairs = new Uint32Array(1 << 11)

  /** @param marks by the number of the rule */
  constructor(marks: readonly Marks[]) {
    const words = rulesByText(marks, 'words')
    this.search = new WordSearch(words.keys())
    for (const [text, rules] of words) this.#words.add(text, rules, rarestPlace(text, 1))
    for (const [text, rules] of rulesByText(marks, 'starts')) {
      const bytes = new TextEncoder().encode(text)
      for (const first of new Set([bytes[0] as number, upperCase(bytes[0] as number)])) {
        this.#starts[first] = [...(this.#starts[first] ?? []), { bytes, rules }]
        for (const second of [bytes[1] as number, upperCase(bytes[1] as number)]) {
          const pair = (first << 8) | second
          this.#pairs[pair >> 5] = (this.#pairs[pair >> 5] as number) | (1 << (pair & 31))
        }
      }
    }
  }

  /** Whether a line whose text begins at `from` has a beginning that some rule searches for. */
  mayStart(bytes: Uint8Array, from: number, to: number): boolean {
    const pair = ((bytes[from] as number) << 8) | (bytes[from + 1] as number)
    if (((this.#pairs[pair >> 5] as number) & (1 << (pair & 31))) === 0) return false
    for (const start of this.#starts[bytes[from] as number] ?? [])
      if (standsAt(start.bytes, bytes, from, to)) return true
    return false
  }

  /** The numbers of the rules that the bytes from `from` to `to` may match, in no particular order. */
  rulesFor(bytes: Uint8Array, from: number, to: number): Set<number> {
    const found = new Set<number>()
    const add = (rule: number) => void found.add(rule)
    for (const { bytes: start, rules } of this.#starts[bytes[from] as number] ?? []) {
      if (standsAt(start, bytes, from, to)) rules.forEach(add)
    }
    const addAll = (rules: readonly number[]) => rules.forEach(add)
    for (let at = from; at + WINDOW <= to; at++) this.#words.each(bytes, at, from, to, addAll)
    return found
  }
}

function rulesByText(marks: readonly Marks[], which: 'words' | 'starts'): Map<string, number[]> {
  const found = new Map<string, number[]>()
  marks.forEach((mark, rule) => {
    for (const text of mark[which] ?? []) found.set(text, [...(found.get(text) ?? []), rule])
  })
  return found
}
