/** Has `&`, `<`, `>` or a quotation mark. */
export const MARKUP = 1
/** Has sequences of SGR, and no others. */
export const COLOURS = 2
/** Has something that is to be read as text: no ASCII, control characters, or what may be an address. */
export const OTHER = 4
const COLON = 8

export const ESC = 0x1b
export const SMALL_M = 0x6d
const TAB = 9
const SLASH = 0x2f
const BRACKET = 0x5b
const ZERO = 0x30
const COLON_SIGN = 0x3a
const SEMICOLON = 0x3b

/** What each byte says about its line. */
const KINDS = new Uint8Array(256).map((_, byte) => {
  if (byte === ESC) return COLOURS
  if ((byte < 0x20 && byte !== TAB) || byte >= 0x7f) return OTHER
  const char = String.fromCharCode(byte)
  return char === ':' ? COLON : '&<>"\''.includes(char) ? MARKUP : 0
})

/** What a line needs in order to be HTML: any of {@link MARKUP}, {@link COLOURS} and {@link OTHER}. */
export function kindsIn(bytes: Uint8Array, from: number, to: number): number {
  let kinds = 0
  for (let at = from; at < to; at++) kinds |= KINDS[bytes[at] as number] as number
  if ((kinds & OTHER) !== 0) return OTHER
  if ((kinds & COLON) !== 0 && mayHaveAddress(bytes, from, to)) return OTHER
  if ((kinds & COLOURS) !== 0 && !hasOnlyColours(bytes, from, to)) return OTHER
  return kinds & ~COLON
}

/** Whether there may be `://`, also where colours change inside it. */
function mayHaveAddress(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to - 1; at++) {
    if (bytes[at] !== COLON_SIGN) continue
    const next = bytes[at + 1]
    if (next === ESC || (next === SLASH && at + 2 < to && (bytes[at + 2] === SLASH || bytes[at + 2] === ESC)))
      return true
  }
  return false
}

/** Whether each escape is `ESC [`, digits and what stands between numbers, `m`. */
function hasOnlyColours(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== ESC) continue
    if (bytes[at + 1] !== BRACKET) return false
    at += 2
    while (at < to && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= SEMICOLON) at++
    if (at >= to || bytes[at] !== SMALL_M) return false
  }
  return true
}
