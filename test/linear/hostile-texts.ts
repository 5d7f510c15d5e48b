/** A way to write a text of any length that comes close to what a pattern wants, and fails late. */
export interface Hostile {
  readonly name: string
  textOf(characters: number): string
}

/** What stands behind the repeated part, so that the whole does not match: nothing, and what `.` and `$` trip over. */
const ENDS = ['', '\n', '\r!', '\u2028x', '\0 ', '!'] as const

/** Repetitions of `unit` behind a beginning, with each of the ends. */
export function repeated(unit: string, start = '', ends: readonly string[] = ENDS): Hostile[] {
  return ends.map(end => ({
    name: JSON.stringify(`${start}${unit}*${end}`),
    textOf: characters =>
      start + unit.repeat(Math.max(1, Math.ceil((characters - start.length) / unit.length))) + end,
  }))
}

/**
 * Texts that are hostile to a regular expression, made from its source: what leads to each of its repetitions, then
 * that repetition's own characters over and over; and the beginnings over and over, for those that are not anchored.
 * A pattern without repetitions has few.
 */
export function hostileTo(source: string): Hostile[] {
  const places = new Sampler(source).places()
  // What repeats nothing looks only so far from each place: whether it ends well makes no difference
  if (places.length === 0) return COMMON.flatMap(unit => repeated(unit, '', ['!']))
  const units = [...new Set(places.flatMap(({ unit }) => [unit, ...COMMON]))]
  const all = [
    ...places.flatMap(({ start, unit, next }) =>
      [unit, ' ', next, unit + next].filter(Boolean).flatMap(one => repeated(one, start)),
    ),
    ...places.flatMap(({ start }) => (start === '' ? [] : [...repeated(start), ...repeated(`\r${start}`)])),
    ...units.flatMap(unit => repeated(unit)),
  ]
  return [...new Map(all.map(one => [one.name, one])).values()]
}

const COMMON = [' ', 'a', '0', '/', '\n', '\r', '\u2028'] as const

/** A repetition without an end, a text that leads there, one round of it, and what comes after it. */
interface Place {
  readonly start: string
  readonly unit: string
  readonly next: string
}

/**
 * Reads a regular expression's source and writes the shortest text that it wants, one alternative after the other.
 * Knows as much of the syntax as this project uses; what it does not know stands for itself.
 */
class Sampler {
  readonly #source: string
  #at = 0
  readonly #found: { start: string; unit: string; next: string }[] = []

  constructor(source: string) {
    this.#source = source
  }

  places(): readonly Place[] {
    this.#alternatives('')
    return this.#found.filter(place => place.unit !== '')
  }

  /** The text of the first alternative; the others are gone through for their repetitions. */
  #alternatives(start: string): string {
    const first = this.#sequence(start)
    while (this.#source[this.#at] === '|') {
      this.#at++
      this.#sequence(start)
    }
    return first
  }

  #sequence(start: string): string {
    let text = ''
    let open: { next: string } | undefined
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] as string)) {
      const atom = this.#atom(start + text)
      const { least, isEndless } = this.#quantifier()
      if (open !== undefined && atom !== '') open.next = atom
      open = undefined
      if (isEndless) {
        open = { next: '' }
        const place = { start: start + text, unit: atom, next: '' }
        this.#found.push(place)
        open = place
      }
      text += atom.repeat(Math.min(least, 200))
    }
    return text
  }

  #quantifier(): { least: number; isEndless: boolean } {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#source.slice(this.#at))
    if (found === null) return { least: 1, isEndless: false }
    this.#at += found[0].length
    const [sign = ''] = found[0]
    if (sign !== '{') return { least: sign === '+' ? 1 : 0, isEndless: sign !== '?' }
    const isWide = found[2] !== undefined && (found[3] === '' || Number(found[3]) > 50)
    return { least: Number(found[1]), isEndless: isWide }
  }

  #atom(start: string): string {
    const char = this.#source[this.#at++] as string
    if (char === '(') return this.#group(start)
    if (char === '[') return this.#class()
    if (char === '\\') return this.#escape()
    if (char === '^' || char === '$') return ''
    return char === '.' ? 'a' : char
  }

  #group(start: string): string {
    const kind = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(this.#source.slice(this.#at))?.[0] ?? ''
    this.#at += kind.length
    const text = this.#alternatives(start)
    this.#at++
    return kind.includes('!') ? '' : text
  }

  /** A character that the class takes, asked of the class itself. */
  #class(): string {
    const begin = this.#at - 1
    while (this.#source[this.#at] !== ']') this.#at += this.#source[this.#at] === '\\' ? 2 : 1
    this.#at++
    return anyOf(this.#source.slice(begin, this.#at))
  }

  #escape(): string {
    const begin = this.#at - 1
    const char = this.#source[this.#at++] as string
    if ('bB'.includes(char)) return ''
    if (char === 'p' || char === 'P') this.#at = this.#source.indexOf('}', this.#at) + 1
    else if (char === 'u') this.#at += 4
    else if (char === 'x') this.#at += 2
    return anyOf(this.#source.slice(begin, this.#at))
  }
}

const CANDIDATES = [
  ...'a0 /.-:"\'A_<=,;@#%&?!~+*()[]{}\\|\n\r\t\0',
  'é',
  '\u2028',
  '\ud800',
  '\u001b',
  '\u0007',
]

function anyOf(source: string): string {
  for (const flags of ['', 'u']) {
    try {
      const one = new RegExp(`^${source}$`, flags)
      const found = CANDIDATES.find(char => one.test(char))
      if (found !== undefined) return found
    } catch {
      // Of the other kind
    }
  }
  return 'a'
}
