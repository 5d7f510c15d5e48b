/** What rules look for in a line, so that most lines need not be decoded. */
interface Marks {
  readonly words?: readonly string[]
  readonly starts?: readonly string[]
}

interface Word {
  readonly bytes: Uint8Array
  readonly rules: readonly number[]
  /** Where in the word the four bytes are by which it is found. */
  readonly at: number
}

/** So many bytes of each word are looked for; none is shorter. */
const WINDOW = 4
/** The commonest letters of English first: a word is found by its rarest four. */
const COMMON = 'etaoinshrdlucmfwypvbgkjqxz'

/**
 * Says which rules a line of bytes may be for, by the words that they look for, without decoding it. Words are found
 * all at once (after Wu and Manber, "A fast algorithm for multi-pattern searching", 1994): where two bytes stand that
 * are in no word, several are passed over.
 */
export class LineFilter {
  /** By two bytes: how far the search may go on; 0 where a word's four bytes may end. */
  readonly #shift = new Uint8Array(1 << 14).fill(WINDOW - 1)
  /** By the four bytes of a window, a bit: whether some word has them. */
  readonly #windows = new Uint32Array(1 << 15)
  /** By the same four bytes: the words. */
  readonly #words = new Map<number, Word[]>()
  /** By its first byte: what a line may begin with. */
  readonly #starts: (Word[] | undefined)[] = new Array(256).fill(undefined)

  /** @param marks by the number of the rule */
  constructor(marks: readonly Marks[]) {
    const taken = new Set<string>()
    const byLength = [...rulesByText(marks, 'words')].toSorted(([a], [b]) => a.length - b.length)
    for (const [text, rules] of byLength) {
      const at = rarestWindow(text, taken)
      taken.add(text.slice(at, at + WINDOW))
      this.#addWord({ bytes: encode(text), rules, at })
    }
    for (const [text, rules] of rulesByText(marks, 'starts')) {
      const bytes = encode(text)
      for (const first of cases(bytes[0] as number)) {
        this.#starts[first] = [...(this.#starts[first] ?? []), { bytes, rules, at: 0 }]
      }
    }
  }

  #addWord(word: Word): void {
    for (let last = 1; last < WINDOW; last++) {
      const [a, b] = [word.bytes[word.at + last - 1] as number, word.bytes[word.at + last] as number]
      for (const pair of cases(a).flatMap(first => cases(b).map(second => pairOf(first, second)))) {
        this.#shift[pair] = Math.min(this.#shift[pair] as number, WINDOW - 1 - last)
      }
    }
    const key = windowOf(word.bytes, word.at + WINDOW - 1)
    this.#windows[key >> 5] = (this.#windows[key >> 5] as number) | (1 << (key & 31))
    this.#words.set(key, [...(this.#words.get(key) ?? []), word])
  }

  /** Whether the bytes from `from` to `to` may be for any rule. */
  mayMatter(bytes: Uint8Array, from: number, to: number): boolean {
    const starts = this.#starts[bytes[from] as number]
    if (starts !== undefined) {
      for (const start of starts) if (standsAt(start.bytes, bytes, from, to)) return true
    }
    for (let at = from + WINDOW - 1; ; at++) {
      at = this.#nextWindow(bytes, at, to)
      if (at >= to) return false
      for (const word of this.#words.get(windowOf(bytes, at)) ?? NO_WORDS) {
        const begin = at - WINDOW + 1 - word.at
        if (begin >= from && standsAt(word.bytes, bytes, begin, to)) return true
      }
    }
  }

  /** The numbers of the rules that they may be for, in no order. */
  rulesFor(bytes: Uint8Array, from: number, to: number): Set<number> {
    const found = new Set<number>()
    const add = (rule: number) => void found.add(rule)
    for (const { bytes: start, rules } of this.#starts[bytes[from] as number] ?? []) {
      if (standsAt(start, bytes, from, to)) rules.forEach(add)
    }
    for (let at = from + WINDOW - 1; ; at++) {
      at = this.#nextWindow(bytes, at, to)
      if (at >= to) return found
      for (const word of this.#wordsAt(bytes, at, from, to)) word.rules.forEach(add)
    }
  }

  /** The words whose window ends there. */
  #wordsAt(bytes: Uint8Array, at: number, from: number, to: number): readonly Word[] {
    const words = this.#words.get(windowOf(bytes, at)) ?? NO_WORDS
    return words.filter(word => {
      const begin = at - WINDOW + 1 - word.at
      return begin >= from && standsAt(word.bytes, bytes, begin, to)
    })
  }

  /** The last byte of the next window that a word has, or some number from `to` on. */
  #nextWindow(bytes: Uint8Array, begin: number, to: number): number {
    const shift = this.#shift
    let at = begin
    while (at < to) {
      const far = shift[(((bytes[at - 1] as number) & 127) << 7) | ((bytes[at] as number) & 127)] as number
      if (far !== 0) {
        at += far
        continue
      }
      const key = windowOf(bytes, at)
      if (((this.#windows[key >> 5] as number) & (1 << (key & 31))) !== 0) return at
      at += 1
    }
    return at
  }
}

const NO_WORDS: readonly Word[] = []

const encoder = new TextEncoder()
const encode = (text: string): Uint8Array => encoder.encode(text)

const pairOf = (first: number, second: number): number => ((first & 127) << 7) | (second & 127)

/** Four bytes in twenty bits; upper and lower case are alike. */
function windowOf(bytes: Uint8Array, last: number): number {
  return (
    (((bytes[last - 3] as number) & 31) << 15) |
    (((bytes[last - 2] as number) & 31) << 10) |
    (((bytes[last - 1] as number) & 31) << 5) |
    ((bytes[last] as number) & 31)
  )
}

function rulesByText(marks: readonly Marks[], which: 'words' | 'starts'): Map<string, number[]> {
  const found = new Map<string, number[]>()
  marks.forEach((mark, rule) => {
    for (const text of mark[which] ?? []) found.set(text, [...(found.get(text) ?? []), rule])
  })
  return found
}

/** Where the four letters of a word begin that others are found by already, or else the rarest. */
function rarestWindow(word: string, taken: ReadonlySet<string>): number {
  const places = Array.from({ length: word.length - WINDOW + 1 }, (_, at) => at)
  const known = places.find(at => taken.has(word.slice(at, at + WINDOW)))
  const rarity = (at: number) =>
    [...word.slice(at, at + WINDOW)].reduce((sum, letter) => sum + COMMON.indexOf(letter), 0)
  return known ?? places.reduce((best, at) => (rarity(at) > rarity(best) ? at : best), 0)
}

const isLetter = (byte: number): boolean => byte >= 97 && byte <= 122

/** A byte of a word in lower and upper case. */
const cases = (byte: number): number[] => (isLetter(byte) ? [byte, byte - 32] : [byte])

/** Whether a word stands there; its letters, which are lower case, stand for both. */
function standsAt(word: Uint8Array, bytes: Uint8Array, at: number, to: number): boolean {
  if (at + word.length > to) return false
  for (let i = 0; i < word.length; i++) {
    const wanted = word[i] as number
    const there = bytes[at + i] as number
    if (there !== wanted && !(isLetter(wanted) && there === wanted - 32)) return false
  }
  return true
}
