import { BadInput } from '../../errors.ts'

/** The greatest length of a pattern, in characters; nobody types longer ones. */
const LONGEST = 200

/**
 * A state either takes one character, if `takes` accepts it, or takes nothing and continues at two places.
 */
type PatternState =
  | { readonly kind: 'take'; readonly takes: (char: string) => boolean; to: number }
  | { readonly kind: 'split'; to: number; or: number }
  | { readonly kind: 'start' | 'end'; to: number }
  | { readonly kind: 'found' }

/** A compiled pattern. */
export interface Pattern {
  /**
   * Whether a line contains it. Takes at most as many steps as the lengths of line and pattern multiplied.
   */
  test(line: string): boolean
  /** Total steps that were taken, for callers that limit them. */
  readonly steps: number
}

/**
 * Compiles a pattern like those of grep -E: `.`, `[a-z]`, `[^a-z]`, `*`, `+`, `?`, `|`, `( )`, `^`, `$`,
 * `\d`, `\s`, `\w`, `\D`, `\S`, `\W`, and a backslash before a literal character. All its states are followed
 * at once (Thompson, "Regular Expression Search Algorithm", 1968): nothing is tried twice, whatever the
 * pattern and the line. Throws BadInput, which says what is wrong with a pattern.
 */
export function compilePattern(text: string, options: { readonly ignoreCase: boolean }): Pattern {
  if (text.length > LONGEST) throw new BadInput(`A pattern may have at most ${LONGEST} characters.`)
  const states = new Compiler(text, options.ignoreCase).compile()
  return new Machine(states, options.ignoreCase)
}

class Compiler {
  readonly #text: string
  readonly #ignoreCase: boolean
  readonly #states: PatternState[] = []
  #at = 0

  constructor(text: string, ignoreCase: boolean) {
    this.#text = text
    this.#ignoreCase = ignoreCase
  }

  compile(): readonly PatternState[] {
    const found = this.#add({ kind: 'found' })
    const begin = this.#either(found)
    if (this.#at < this.#text.length)
      throw new BadInput('The pattern has a closing bracket without an opening one.')
    // Matching starts at the first state
    this.#add({ kind: 'split', to: begin, or: begin })
    return this.#states
  }

  #add(state: PatternState): number {
    return this.#states.push(state) - 1
  }

  /**
   * Compiles up to a closing bracket or the end; the part after it is already compiled: patterns are built
   * from their end.
   */
  #either(next: number): number {
    const branches = [this.#sequence()]
    while (this.#text[this.#at] === '|') {
      this.#at += 1
      branches.push(this.#sequence())
    }
    return branches.map(branch => branch(next)).reduceRight((or, to) => this.#add({ kind: 'split', to, or }))
  }

  #sequence(): (next: number) => number {
    const parts: ((next: number) => number)[] = []
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')')
      parts.push(this.#repeated())
    return next => parts.reduceRight((to, part) => part(to), next)
  }

  #repeated(): (next: number) => number {
    const one = this.#one()
    const mark = this.#text[this.#at]
    if (mark !== '*' && mark !== '+' && mark !== '?') return one
    this.#at += 1
    // Further quantifiers change nothing
    while ('*+?'.includes(this.#text[this.#at] ?? ' ')) this.#at += 1
    if (mark === '?') return next => this.#add({ kind: 'split', to: one(next), or: next })
    return next => {
      const split = this.#add({ kind: 'split', to: next, or: next })
      const begin = one(split)
      ;(this.#states[split] as { to: number }).to = begin
      return mark === '*' ? split : begin
    }
  }

  #one(): (next: number) => number {
    const char = this.#text[this.#at++] as string
    if (char === '(') return this.#group()
    if (char === '^') return to => this.#add({ kind: 'start', to })
    if (char === '$') return to => this.#add({ kind: 'end', to })
    if ('*+?'.includes(char)) throw new BadInput(`“${char}” has nothing to repeat.`)
    const takes = char === '.' ? () => true : char === '[' ? this.#set() : this.#single(char)
    return to => this.#add({ kind: 'take', takes, to })
  }

  /** The inside of brackets, which is compiled when it is known what follows. */
  #group(): (next: number) => number {
    const begin = this.#at
    this.#skipGroup()
    return next => {
      const behind = this.#at
      this.#at = begin
      const to = this.#either(next)
      this.#at = behind
      return to
    }
  }

  #skipGroup(): void {
    let depth = 1
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at]
      if (char === '\\') this.#at += 1
      else if (char === '(') depth += 1
      else if (char === ')' && --depth === 0) {
        this.#at += 1
        return
      }
    }
    throw new BadInput('The pattern has an opening bracket without a closing one.')
  }

  #single(char: string): (one: string) => boolean {
    if (char !== '\\') return this.#same(char)
    const meant = this.#text[this.#at++]
    if (meant === undefined) throw new BadInput('The pattern ends in a backslash.')
    const kind = KINDS[meant]
    return kind ?? this.#same(meant)
  }

  /** Compares characters; the line is in lower case if case is ignored. */
  #same(char: string): (one: string) => boolean {
    const same = this.#ignoreCase ? char.toLowerCase() : char
    return one => one === same
  }

  #set(): (one: string) => boolean {
    const isOther = this.#text[this.#at] === '^'
    if (isOther) this.#at += 1
    const parts: ((one: string) => boolean)[] = []
    for (let isFirst = true; isFirst || this.#text[this.#at] !== ']'; isFirst = false) {
      const from = this.#text[this.#at++]
      if (from === undefined) throw new BadInput('The pattern has “[” without a closing “]”.')
      if (from === '\\') parts.push(this.#single(from))
      else if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']') {
        const to = this.#text[this.#at + 1]
        if (to === undefined) throw new BadInput('The pattern has “[” without a closing “]”.')
        this.#at += 2
        parts.push(one => one >= from && one <= to)
        if (this.#ignoreCase) parts.push(one => one.toUpperCase() >= from && one.toUpperCase() <= to)
      } else parts.push(this.#same(from))
    }
    this.#at += 1
    return one => parts.some(part => part(one)) !== isOther
  }
}

const isWord = (char: string): boolean => /^\w$/.test(char)
const isSpace = (char: string): boolean => /^\s$/.test(char)
const isDigit = (char: string): boolean => char >= '0' && char <= '9'
const not =
  (kind: (char: string) => boolean) =>
  (char: string): boolean =>
    !kind(char)
const KINDS: Readonly<Record<string, (char: string) => boolean>> = {
  ...{ d: isDigit, s: isSpace, w: isWord },
  ...{ D: not(isDigit), S: not(isSpace), W: not(isWord) },
}

class Machine implements Pattern {
  readonly #states: readonly PatternState[]
  readonly #ignoreCase: boolean
  /** The place at which each state was last followed. */
  readonly #seen: Float64Array
  #place = 0
  steps = 0

  constructor(states: readonly PatternState[], ignoreCase: boolean) {
    this.#states = states
    this.#ignoreCase = ignoreCase
    this.#seen = new Float64Array(states.length).fill(-1)
  }

  test(text: string): boolean {
    const line = this.#ignoreCase ? text.toLowerCase() : text
    const begin = this.#states.length - 1
    let now: number[] = []
    for (let at = 0; at <= line.length; at++) {
      this.#place += 1
      const char = line[at]
      const next: number[] = []
      const isHere = { start: at === 0, end: at === line.length }
      // A match may begin at any place
      for (const first of [...now, begin]) if (this.#follow(first, isHere, char, next)) return true
      now = next
    }
    return false
  }

  /** Follows a state as far as possible without a character; true if that reaches the end of the pattern. */
  #follow(
    first: number,
    isHere: { start: boolean; end: boolean },
    char: string | undefined,
    next: number[],
  ): boolean {
    const open = [first]
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      if (this.#seen[number] === this.#place) continue
      this.#seen[number] = this.#place
      this.steps += 1
      const state = this.#states[number] as PatternState
      if (state.kind === 'found') return true
      if (state.kind === 'split') open.push(state.or, state.to)
      else if (state.kind === 'take') {
        if (char !== undefined && state.takes(char)) next.push(state.to)
      } else if (isHere[state.kind]) open.push(state.to)
    }
    return false
  }
}
