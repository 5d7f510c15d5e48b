/**
 * Says which rules a line of bytes may be for, by the words that they look for, without decoding it. Words are found
 * all at once (after Wu and Manber, "A fast algorithm for multi-pattern searching", 1994): where two bytes stand that
 * end no word's beginning, several bytes are passed over.
 */
export class LineFilter {
  /** By two bytes: how far the search may go on; 0 where a word may stand. */
  readonly #shift = new Uint8Array(1 << 14)
  /** By two bytes: the words whose beginning ends with them. */
  readonly #ending = new Map<number, Word[]>()
  /** By its first byte: what a line may begin with. */
  readonly #starts: (Word[] | undefined)[] = new Array(256)
  readonly #window: number
  /** By rule: the line for which it was last named. */
  readonly #named: Uint32Array
  #lines = 0

  /** @param marks by rule, its words and starts */
  constructor(marks: readonly { words?: readonly string[]; starts?: readonly string[] }[]) {
    this.#named = new Uint32Array(marks.length)
    this.#window = Math.min(...marks.flatMap(({ words = [] }) => words.map(word => word.length)))
    this.#shift.fill(this.#window - 1)
    for (const [word, rules] of byText(marks, 'words')) this.#addWord({ bytes: encode(word), rules })
    for (const [start, rules] of byText(marks, 'starts')) {
      const bytes = encode(start)
      for (const first of cases(bytes[0] as number)) {
        this.#starts[first] = [...(this.#starts[first] ?? []), { bytes, rules }]
      }
    }
  }

  #addWord(word: Word): void {
    for (let at = 1; at < this.#window; at++) {
      for (const pair of bothCases(word.bytes[at - 1] as number, word.bytes[at] as number)) {
        this.#shift[pair] = Math.min(this.#shift[pair] as number, this.#window - 1 - at)
        if (at === this.#window - 1) this.#ending.set(pair, [...(this.#ending.get(pair) ?? []), word])
      }
    }
  }

  /** The numbers of the rules that may be for the bytes from `from` to `to`, in no order; undefined for none. */
  rulesFor(bytes: Uint8Array, from: number, to: number): number[] | undefined {
    let found: number[] | undefined
    const shift = this.#shift
    const { length } = bytes
    const end = Math.min(to, length)
    const first = bytes[from]
    if (first !== undefined) {
      const starts = this.#starts[first]
      if (starts !== undefined) found = this.#collect(starts, bytes, from, end, found)
    }
    let at = from + this.#window - 1
    while (at < end) {
      const pair = (((bytes[at - 1] as number) & 127) << 7) | ((bytes[at] as number) & 127)
      const far = shift[pair] as number
      if (far !== 0) {
        at += far
      } else {
        const words = this.#ending.get(pair)
        if (words !== undefined) found = this.#collect(words, bytes, at - this.#window + 1, end, found)
        at += 1
      }
    }
    if (found !== undefined) this.#lines += 1
    return found
  }

  #collect(words: readonly Word[], bytes: Uint8Array, at: number, end: number, found: number[] | undefined) {
    let all = found
    for (const word of words) {
      if (at + word.bytes.length > end || !standsAt(word.bytes, bytes, at)) continue
      all ??= []
      for (const rule of word.rules) {
        if (this.#named[rule] === this.#lines + 1) continue
        this.#named[rule] = this.#lines + 1
        all.push(rule)
      }
    }
    return all
  }
}

interface Word {
  readonly bytes: Uint8Array
  readonly rules: readonly number[]
}

const encoder = new TextEncoder()
const encode = (text: string): Uint8Array => encoder.encode(text)

function byText(
  marks: readonly { words?: readonly string[]; starts?: readonly string[] }[],
  which: 'words' | 'starts',
): Map<string, number[]> {
  const found = new Map<string, number[]>()
  marks.forEach((mark, rule) => {
    for (const text of mark[which] ?? []) found.set(text, [...(found.get(text) ?? []), rule])
  })
  return found
}

const isLetter = (byte: number): boolean => byte >= 97 && byte <= 122

/** A byte of a word in lower and upper case. */
const cases = (byte: number): number[] => (isLetter(byte) ? [byte, byte - 32] : [byte])

/** The pairs that two bytes of a word make in a line, in upper and lower case. */
function bothCases(first: number, second: number): number[] {
  return cases(first).flatMap(a => cases(second).map(b => ((a & 127) << 7) | (b & 127)))
}

/** Whether a word stands there; letters of the word that are lower case stand for both. */
function standsAt(word: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < word.length; i++) {
    const wanted = word[i] as number
    const there = bytes[at + i] as number
    if (there !== wanted && !(isLetter(wanted) && there === wanted - 32)) return false
  }
  return true
}
