/**
 * A line of a log as a number that is the same for lines which only differ in numbers, blanks at their ends,
 * colours and the seconds (`%3ds `) before them. Different texts share a number once in 2^53 times. It
 * identifies most equal lines of two logs with one look at each byte; signatures identify the rest.
 */
export function lineKey(bytes: Uint8Array): number {
  let [low, high] = [0x811c9dc5, 0x9dc5811c]
  let end = bytes.length
  while (end > 0 && isBlank(bytes[end - 1] as number)) end -= 1
  let isNumber = false
  for (let at = startOfText(bytes, end); at < end; at++) {
    let byte = bytes[at] as number
    if (byte === ESC) {
      at = endOfColour(bytes, at, end)
      continue
    }
    const digit = isDigit(byte)
    if (digit && isNumber) continue
    isNumber = digit
    if (digit) byte = ZERO
    low = Math.imul(low ^ byte, 0x01000193)
    high = Math.imul(high ^ byte, 0x5bd1e995)
    high ^= low >>> 15
  }
  return (low >>> 0) * 2 ** 21 + (high >>> 11)
}

const ESC = 0x1b
const ZERO = 0x30
const SPACE = 0x20
const SECONDS = 0x73
const BRACKET = 0x5b

const isBlank = (byte: number): boolean => byte === SPACE || (byte >= 9 && byte <= 13)
const isDigit = (byte: number): boolean => byte >= ZERO && byte <= 0x39

/** The place after the seconds since the start, if the line has them, and after blanks. */
function startOfText(bytes: Uint8Array, end: number): number {
  let at = 0
  while (at < end && isBlank(bytes[at] as number)) at += 1
  let behind = at
  while (behind < end && isDigit(bytes[behind] as number)) behind += 1
  if (behind === at || bytes[behind] !== SECONDS || bytes[behind + 1] !== SPACE) return at
  at = behind + 2
  while (at < end && isBlank(bytes[at] as number)) at += 1
  return at
}

/** The last byte of `ESC [ … letter`; the escape itself if it is something else. */
function endOfColour(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start + 1] !== BRACKET) return start
  for (let at = start + 2; at < end; at++) {
    const byte = bytes[at] as number
    if (byte >= 0x40 && byte <= 0x7e) return at
  }
  return start
}
