/**
 * How a log colours its text: SGR (ECMA-48, 8.3.117; the colours behind 38 and 48 are those of ISO 8613-6, in the
 * forms with colons and with semicolons). What comes out are names of classes, from a palette that is bounded:
 * `f0` to `f27` for text, `g0` to `g27` for what is behind it (`style/pages/log-colours.css`).
 */

/** The palette holds the 16 colours of terminals and, from here on, twelve hues. */
const FIRST_HUE = 16
const HUES = 12

const FLAGS = ['bold', 'faint', 'italic', 'line', 'struck'] as const
type Flag = (typeof FLAGS)[number]
const ON: ReadonlyMap<number, Flag> = new Map([
  [1, 'bold'],
  [2, 'faint'],
  [3, 'italic'],
  [21, 'line'],
  [9, 'struck'],
])
const OFF: ReadonlyMap<number, readonly Flag[]> = new Map<number, readonly Flag[]>([
  [22, ['bold', 'faint']],
  [23, ['italic']],
  [24, ['line']],
  [29, ['struck']],
])

/** The style of text, which lasts from line to line until it is changed. */
export class TextStyle {
  #flags = new Set<Flag>()
  #text: number | undefined
  #ground: number | undefined
  #isTurned = false
  /** Undefined until somebody asks: most changes come in rows. */
  #classes: string | undefined = ''

  /** Names of classes with blanks between them; '' for plain text. */
  get classes(): string {
    this.#classes ??= this.#names().join(' ')
    return this.#classes
  }

  reset(): void {
    this.#clear()
    this.#classes = ''
  }

  /** @param parameters of SGR: `1;38:5:208` */
  apply(parameters: string): void {
    this.#classes = undefined
    if (parameters === '' || parameters === '0') {
      this.#clear()
      return
    }
    const groups = parameters.split(';').map(group => group.split(':').map(Number))
    for (let at = 0; at < groups.length; at++) {
      const group = groups[at] as number[]
      const code = group[0] as number
      if (code === 38 || code === 48 || code === 58) at += this.#extended(code, group, groups, at)
      else this.#one(code, group[1])
    }
  }

  #clear(): void {
    this.#flags.clear()
    this.#text = undefined
    this.#ground = undefined
    this.#isTurned = false
  }

  #one(code: number, kind: number | undefined): void {
    const flag = ON.get(code)
    if (code === 0) this.#clear()
    else if (flag !== undefined) this.#flags.add(flag)
    else if (code === 4 && kind === 0) this.#flags.delete('line')
    else if (code === 4) this.#flags.add('line')
    else if (code === 7 || code === 27) this.#isTurned = code === 7
    else if (code >= 30 && code < 38) this.#text = code - 30
    else if (code >= 90 && code < 98) this.#text = code - 90 + 8
    else if (code === 39) this.#text = undefined
    else if (code >= 40 && code < 48) this.#ground = code - 40
    else if (code >= 100 && code < 108) this.#ground = code - 100 + 8
    else if (code === 49) this.#ground = undefined
    else for (const off of OFF.get(code) ?? []) this.#flags.delete(off)
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
    const names: string[] = FLAGS.filter(flag => this.#flags.has(flag))
    if (this.#isTurned && text === undefined && ground === undefined) names.push('turned')
    if (text !== undefined) names.push(`f${text}`)
    if (ground !== undefined) names.push(`g${ground}`)
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
