/**
 * How a log colours its text: SGR (ECMA-48, 8.3.117; the colours behind 38 and 48 are those of ISO 8613-6, in the
 * forms with colons and with semicolons). What comes out are names of classes, from a palette that is bounded:
 * `f0` to `f27` for text, `g0` to `g27` for what is behind it (`style/pages/log-colours.css`).
 */

/** The palette holds the 16 colours of terminals and, from here on, twelve hues. */
const FIRST_HUE = 16
const HUES = 12

const FLAGS = ['bold', 'faint', 'italic', 'line', 'struck'] as const
const BOLD = 1
const FAINT = 2
const ITALIC = 4
const LINE = 8
const STRUCK = 16
const ON: ReadonlyMap<number, number> = new Map([
  [1, BOLD],
  [2, FAINT],
  [3, ITALIC],
  [4, LINE],
  [21, LINE],
  [9, STRUCK],
])
const OFF: ReadonlyMap<number, number> = new Map([
  [22, BOLD | FAINT],
  [23, ITALIC],
  [24, LINE],
  [29, STRUCK],
])
/** No colour was chosen. */
const NONE = -1
const TURNED = 1 << 15
const ZERO = 48

/** Names of classes with blanks between them, by what they stand for: there are a few thousand at most. */
const CLASSES = new Map<number, string>()

/** The style of text, which lasts from line to line until it is changed. */
export class TextStyle {
  #flags = 0
  #text = NONE
  #ground = NONE
  #isTurned = false

  /** Names of classes with blanks between them; '' for plain text. */
  get classes(): string {
    const state =
      this.#flags | ((this.#text + 1) << 5) | ((this.#ground + 1) << 10) | (this.#isTurned ? TURNED : 0)
    if (state === 0) return ''
    let classes = CLASSES.get(state)
    if (classes === undefined) {
      classes = this.#names().join(' ')
      CLASSES.set(state, classes)
    }
    return classes
  }

  reset(): void {
    this.#flags = 0
    this.#text = NONE
    this.#ground = NONE
    this.#isTurned = false
  }

  /** The parameters of SGR as they stand in a line: mostly one number, or none. */
  read(bytes: Uint8Array, from: number, to: number): void {
    let code = 0
    for (let at = from; at < to; at++) {
      const digit = (bytes[at] as number) - ZERO
      if (digit < 0 || digit > 9 || to - from > 3) {
        this.apply(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'))
        return
      }
      code = code * 10 + digit
    }
    // Of these more would have to follow
    if (code !== 38 && code !== 48 && code !== 58) this.set(code)
  }

  /** @param parameters of SGR: `1;38:5:208` */
  apply(parameters: string): void {
    if (parameters === '') {
      this.reset()
      return
    }
    const groups = parameters.split(';').map(group => group.split(':').map(Number))
    for (let at = 0; at < groups.length; at++) {
      const group = groups[at] as number[]
      const code = group[0] as number
      if (code === 38 || code === 48 || code === 58) at += this.#extended(code, group, groups, at)
      else if (code === 4 && group[1] === 0) this.#flags &= ~LINE
      else this.set(code)
    }
  }

  /** One of SGR's codes, without more to it. */
  set(code: number): void {
    const flag = ON.get(code)
    if (code === 0) this.reset()
    else if (code >= 30 && code < 38) this.#text = code - 30
    else if (flag !== undefined) this.#flags |= flag
    else if (code === 7 || code === 27) this.#isTurned = code === 7
    else if (code >= 90 && code < 98) this.#text = code - 90 + 8
    else if (code === 39) this.#text = NONE
    else if (code >= 40 && code < 48) this.#ground = code - 40
    else if (code >= 100 && code < 108) this.#ground = code - 100 + 8
    else if (code === 49) this.#ground = NONE
    else this.#flags &= ~(OFF.get(code) ?? 0)
  }

  /** A colour of 256, or of red, green and blue. Returns how many further groups belong to it. */
  #extended(
    code: number,
    group: readonly number[],
    groups: readonly (readonly number[])[],
    at: number,
  ): number {
    const inside = group.length > 1
    const [mode, ...rest] = inside ? group.slice(1) : groups.slice(at + 1, at + 5).map(([first]) => first)
    let colour: number | undefined
    if (mode === 5) colour = ofIndex(rest[0])
    // With colons a colour space stands before the three, if there are more
    if (mode === 2) colour = ofRgb(inside && rest.length > 3 ? rest.slice(1) : rest)
    if (colour !== undefined && code === 38) this.#text = colour
    if (colour !== undefined && code === 48) this.#ground = colour
    return inside ? 0 : mode === 5 ? 2 : mode === 2 ? 4 : 0
  }

  #names(): string[] {
    const [text, ground] = this.#isTurned ? [this.#ground, this.#text] : [this.#text, this.#ground]
    const names: string[] = FLAGS.filter((_, bit) => (this.#flags & (1 << bit)) !== 0)
    if (this.#isTurned && text === NONE && ground === NONE) names.push('turned')
    if (text !== NONE) names.push(`f${text}`)
    if (ground !== NONE) names.push(`g${ground}`)
    return names
  }
}

/** xterm's 256: the 16, a cube of six steps each way, and greys. */
function ofIndex(index: number | undefined): number | undefined {
  if (index === undefined || !(index >= 0 && index < 256)) return undefined
  if (index < FIRST_HUE) return index
  if (index >= 232) return ofRgb([0, 0, 0].fill((index - 232) * 10 + 8))
  const cube = index - 16
  return ofRgb([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step => step * 51))
}

/** The nearest of the palette: a hue, or black, one of two greys, or white. */
function ofRgb([red = 0, green = 0, blue = 0]: readonly (number | undefined)[]): number | undefined {
  const most = Math.max(red, green, blue)
  const range = most - Math.min(red, green, blue)
  if (!(most < 256 && range <= most)) return undefined
  if (range < 40) return [0, 8, 7, 15][Math.min(3, Math.floor(most / 64))]
  const sixth =
    most === red
      ? (green - blue) / range
      : most === green
        ? 2 + (blue - red) / range
        : 4 + (red - green) / range
  return FIRST_HUE + ((Math.round((sixth / 6) * HUES) + HUES) % HUES)
}
