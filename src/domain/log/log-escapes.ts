/**
 * Separates what a terminal would act on from what it would show: the control functions of ECMA-48 in their
 * 7-bit and 8-bit forms, with the strings of DCS, OSC, APC, PM and SOS, and the two commands of the Linux
 * console without an end of their own (console_codes(4): `ESC ] P nrrggbb`, `ESC ] R`). Text is never lost:
 * of an incomplete sequence only the introducer is removed. Linear in the length of a line, whatever its
 * content.
 */

/** Receives the content of a line, from left to right. */
export interface EscapeReader {
  /** Text to be shown; may contain other control characters, and a lone ESC. */
  text(text: string): void
  /** The parameters of SGR ("select graphic rendition"), such as `1;38:5:208`. */
  style?(parameters: string): void
  /** From here on text is a link to this address, or no longer a link if it is ''. */
  link?(address: string): void
}

const ESC = 0x1b
const CAN = 0x18
const SUB = 0x1a
const DEL = 0x7f
const CSI = 0x9b
const OSC = 0x9d
const ST = 0x9c
const DCS = 0x90
/** `ESC k TITLE ESC \\`: the title of a window of screen and tmux (screen(1), "Naming windows"). */
const TITLE = 0x6b
/** With SOS, PM and APC. */
const OTHER_STRINGS: ReadonlySet<number> = new Set([DCS, 0x98, 0x9e, 0x9f])

// biome-ignore lint/suspicious/noControlCharactersInRegex: searched for here
const INTRODUCER = /[\x1b\x80-\x9f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: searched for here
const END_OF_STRING = /[\x18\x1a\x1b\x9c]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: searched for here
const HAS_ESCAPES = /[\x1b\x80-\x9f]/
/** Each ESC after it is doubled. */
const PASSED_ON = 'tmux;'
const HEX = /^[\da-fA-F]{7}/
const NUMBER_OF_COMMAND = /^\d*;/
const SGR = /^[\d:;]*$/

/**
 * Reads a line without its newline.
 * @param cut whether this is only its beginning: then a string that does not end in it is not shown
 */
export function readEscapes(line: string, reader: EscapeReader, cut = false): void {
  new EscapeMachine(line, reader, cut).run()
}

/** The visible part of a text: without control functions. Other control characters stay. */
export function withoutEscapes(text: string): string {
  if (!HAS_ESCAPES.test(text)) return text
  let shown = ''
  readEscapes(text, {
    text: part => {
      shown += part
    },
  })
  return shown
}

class EscapeMachine {
  readonly #line: string
  readonly #reader: EscapeReader
  readonly #cut: boolean
  /** Whether a tmux string has begun, in which each ESC is doubled, for the outer terminal. */
  #isPassedOn = false
  /** The next place where a string could end, or BEL: found once, however many strings begin before it. */
  #end = -1
  #bell = -1

  constructor(line: string, reader: EscapeReader, cut: boolean) {
    this.#line = line
    this.#reader = reader
    this.#cut = cut
  }

  run(): void {
    const line = this.#line
    let at = 0
    while (at < line.length) {
      const next = indexFrom(INTRODUCER, line, at)
      if (next > at) this.#reader.text(line.slice(at, next))
      at = next === line.length ? next : this.#sequence(next)
    }
  }

  /**
   * Each of these methods takes the place where something begins and returns the place where reading
   * continues.
   */
  #sequence(at: number): number {
    const code = this.#line.charCodeAt(at)
    if (code !== ESC) return this.#control(code, at + 1) ?? this.#show(at)
    const next = this.#line.charCodeAt(at + 1)
    if (next === ESC && this.#isPassedOn) return at + 1
    if (next === TITLE) return this.#string(at + 2, false)
    if (next >= 0x40 && next < 0x60) return this.#control(next + 0x40, at + 2) ?? at + 2
    if (next >= 0x30 && next < DEL) return at + 2
    if (next >= 0x20 && next < 0x30) return this.#intermediates(at + 1)
    return this.#show(at)
  }

  #show(at: number): number {
    this.#reader.text(this.#line[at] as string)
    return at + 1
  }

  /** `ESC ( B` and the like (ECMA-35, 13.2): any number of intermediate bytes, and a final one. */
  #intermediates(at: number): number {
    let place = at
    while (isBetween(this.#line.charCodeAt(place), 0x20, 0x2f)) place++
    return isBetween(this.#line.charCodeAt(place), 0x30, 0x7e) ? place + 1 : place
  }

  /** A control function of the set C1; undefined if nothing more belongs to it and it is not a known one. */
  #control(code: number, from: number): number | undefined {
    if (code === ST) {
      this.#isPassedOn = false
      return from
    }
    if (code === CSI) return this.#controlSequence(from)
    if (code === OSC) return this.#linuxCommand(from) ?? this.#string(from, true)
    if (!OTHER_STRINGS.has(code)) return undefined
    return (code === DCS ? this.#passedOn(from) : undefined) ?? this.#string(from, false)
  }

  /**
   * `ESC P tmux; … ESC \`: what tmux passes through takes effect as if it were not wrapped (tmux(1),
   * allow-passthrough).
   */
  #passedOn(from: number): number | undefined {
    if (!this.#line.startsWith(`${PASSED_ON}\x1b\x1b`, from)) return undefined
    this.#isPassedOn = true
    return from + PASSED_ON.length
  }

  /** ECMA-48, 5.4. Control characters inside take effect at once, CAN and SUB cancel. */
  #controlSequence(from: number): number {
    let parameters = ''
    let begin = from
    for (let at = from; ; at++) {
      const code = this.#line.charCodeAt(at)
      if (isBetween(code, 0x20, 0x3f)) continue
      parameters += this.#line.slice(begin, at)
      begin = at + 1
      if (isBetween(code, 0x40, 0x7e)) {
        if (code === 0x6d && SGR.test(parameters)) this.#reader.style?.(parameters)
        return at + 1
      }
      if (code === CAN || code === SUB) return at + 1
      if (code === DEL) continue
      if (!(code < 0x20) || code === ESC) return at
      this.#reader.text(this.#line[at] as string)
    }
  }

  #linuxCommand(from: number): number | undefined {
    if (this.#line.charCodeAt(from - 1) === OSC) return undefined
    const command = this.#line[from]
    if (command === 'R') return from + 1
    if (command !== 'P') return undefined
    return HEX.test(this.#line.slice(from + 1, from + 8)) ? from + 8 : from + 1
  }

  /**
   * Up to ST, or BEL where xterm accepts that too. Without an end it is not a string: what follows is text.
   */
  #string(from: number, isCommand: boolean): number {
    const line = this.#line
    if (this.#end < from) this.#end = indexFrom(END_OF_STRING, line, from)
    if (this.#bell < from) this.#bell = indexOrEnd(line, '\u0007', from)
    const end = this.#end
    const last = this.#isPassedOn && line.charCodeAt(end + 1) === ESC ? end + 1 : end
    const isEnded = end < line.length && (line.charCodeAt(end) !== ESC || line.charCodeAt(last + 1) === 0x5c)
    if (this.#bell < line.length && (isCommand || !isEnded) && this.#bell < end) {
      if (isCommand) this.#command(line.slice(from, this.#bell))
      return this.#bell + 1
    }
    if (isEnded) {
      const code = line.charCodeAt(end)
      if (isCommand && code !== CAN && code !== SUB) this.#command(line.slice(from, end))
      return code === ESC ? last + 2 : end + 1
    }
    if (end === line.length && this.#cut) return end
    return from + (isCommand ? (NUMBER_OF_COMMAND.exec(line.slice(from, from + 20))?.[0].length ?? 0) : 0)
  }

  /**
   * `8;PARAMETERS;ADDRESS` is a link, by convention among terminals; all other commands change things that
   * are not text.
   */
  #command(content: string): void {
    if (!content.startsWith('8;')) return
    const semicolon = content.indexOf(';', 2)
    if (semicolon !== -1) this.#reader.link?.(content.slice(semicolon + 1))
  }
}

const isBetween = (code: number, first: number, last: number): boolean => code >= first && code <= last

function indexFrom(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? text.length
}

function indexOrEnd(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from)
  return at === -1 ? text.length : at
}
