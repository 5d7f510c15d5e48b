import type { LogLine } from './log-lines.ts'

const SPACE = 32
const ZERO = 48
const NINE = 57
const SMALL_S = 115
const DAY = 24 * 60 * 60
/** The shortest gap that is reported, in seconds. */
const SHORTEST_GAP = 10
const OWN_CLOCK = /\[(\d\d):(\d\d):(\d\d)\]: /

/** The duration of something, by the clocks in its lines. */
export interface Times {
  /** Seconds from its first line to its last one, or to the next section. */
  took?: number
  /** The longest time without a line, if at least ten seconds, and the line before it. */
  gap?: { readonly seconds: number; readonly line: number }
}

/**
 * Determines how long the sections of a log took. Newer autopkgtests print the seconds since their start
 * before each line (`%3ds `); in older logs only autopkgtest's own lines have a clock, with the time of day.
 */
export class LogClock<Section extends Times> {
  #hasSeconds: boolean | undefined
  #section: Section | undefined
  /** The last reading of the clock, and its line. */
  #last: number | undefined
  #lastLine = 0

  /** @param own the text, if it is one of autopkgtest's own lines */
  line(line: LogLine, section: Section, own?: string): void {
    const seconds = secondsBefore(line.head)
    this.#hasSeconds ??= seconds !== undefined
    const now = this.#hasSeconds || own === undefined ? seconds : clockIn(own)
    if (now === undefined || (!this.#hasSeconds && own === undefined)) return
    const since = this.#last === undefined ? 0 : sinceThen(this.#last, now, this.#hasSeconds)
    // The time before the first line of a section belongs to the one before
    const waited = this.#section ?? section
    if (this.#last !== undefined && since > 0) {
      waited.took = (waited.took ?? 0) + since
      if (this.#hasSeconds && since >= SHORTEST_GAP && since > (waited.gap?.seconds ?? 0))
        waited.gap = { seconds: since, line: this.#lastLine }
    }
    this.#section = section
    this.#last = now
    this.#lastLine = line.number
  }
}

/** A time of day starts again at midnight; seconds since the start only increase. */
const sinceThen = (then: number, now: number, isSinceStart: boolean): number =>
  now >= then ? now - then : isSinceStart ? 0 : now + DAY - then

/** The seconds at the beginning of a line. */
function secondsBefore(bytes: Uint8Array): number | undefined {
  let at = 0
  while (bytes[at] === SPACE) at += 1
  const digits = at
  let seconds = 0
  for (; (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE; at++)
    seconds = seconds * 10 + (bytes[at] as number) - ZERO
  const isIt = at > digits && at - digits < 8 && bytes[at] === SMALL_S && bytes[at + 1] === SPACE
  return isIt ? seconds : undefined
}

/** The time of day, in seconds. */
function clockIn(own: string): number | undefined {
  const match = OWN_CLOCK.exec(own)
  return match === null ? undefined : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])
}
