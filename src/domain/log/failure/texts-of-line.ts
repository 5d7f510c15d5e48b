// biome-ignore-start lint/suspicious/noControlCharactersInRegex: searched for here
/** Removes escape sequences: those of colours and cursors, of operating system commands, and single ones. */
const ESCAPES =
  /\x1b(?:\[[0-9;:<=>?]*[ -/]*[@-~]|\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)?|[()][A-Za-z0-9]|[@-Z\\^_a-z=>78])?/g
const SEVERAL_PARTS = /\r/
const UNPRINTABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: only above
/** A progress bar rewrites its line; only this number of its last versions are examined. */
const MOST_PARTS = 40

const decoder = new TextDecoder()

/**
 * The visible texts of a line of bytes: one, or several if carriage returns made a terminal overwrite it.
 * Blank ones are omitted.
 */
export function textsOf(bytes: Uint8Array, longest: number): string[] {
  const raw = decoder.decode(bytes)
  const plain = raw.includes('\x1b') ? raw.replace(ESCAPES, '') : raw
  const parts = SEVERAL_PARTS.test(plain) ? plain.split('\r').slice(-MOST_PARTS) : [plain]
  return parts
    .map(part => part.replace(UNPRINTABLE, '').slice(0, longest).trimEnd())
    .filter(part => part !== '')
}

const SPACE = 32
const ZERO = 48
const NINE = 57
const SMALL_S = 115

/**
 * Where the text of a line begins after the clock that newer autopkgtests print (`%3ds `); 0 without a clock.
 */
export function endOfClock(bytes: Uint8Array): number {
  let at = 0
  while (bytes[at] === SPACE) at += 1
  const digits = at
  while ((bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at += 1
  return at > digits && bytes[at] === SMALL_S && bytes[at + 1] === SPACE ? at + 2 : 0
}
