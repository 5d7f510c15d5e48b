/**
 * A run id is the UTC time at which the run ended, an underscore and five hex digits, and `@`:
 * `20260902_101112_abcde@`. The oldest rows have no digits: `20140412_101112@`. Clients cut it by position
 * and compare it as text, so it is never normalised.
 */
const RUN_ID = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)(?:_[0-9a-z]+)?@$/

/** True if a path segment looks like a run id (any text that ends in `@`). */
export function looksLikeRunId(segment: string): boolean {
  return segment.length <= 64 && segment.endsWith('@')
}

/** True for the two forms that workers have written. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text)
}

/** Whether it ends in these digits, which are known from the request before the run. */
export function endsInDigits(runId: string, digits: string): boolean {
  return runId.endsWith(`_${digits}@`)
}

/** The end of the run in milliseconds since 1970, or undefined for an id of another form. */
export function runIdTime(runId: string): number | undefined {
  const found = RUN_ID.exec(runId)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second] = found.map(Number)
  return Date.UTC(year as number, (month as number) - 1, day, hour, minute, second)
}

const POSSIBLE =
  /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])_(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:_[0-9a-z]+)?@$/

/**
 * The end of the run as shown, `2026-09-02` and `10:11:12`, UTC; undefined for an id of another form, or an
 * invalid time.
 */
export function runIdClock(runId: string): { readonly day: string; readonly clock: string } | undefined {
  return POSSIBLE.test(runId) ? { day: dayOf(runId), clock: clockOf(runId) } : undefined
}

const TIMED = /^\d{8}_\d{6}.*$/

/** `2026-09-02 10:11:12 UTC`; ids of another form are returned unchanged. */
export function humanDate(runId: string): string {
  return TIMED.test(runId) ? `${dayOf(runId)} ${clockOf(runId)} UTC` : runId
}

const dayOf = (runId: string): string => `${runId.slice(0, 4)}-${runId.slice(4, 6)}-${runId.slice(6, 8)}`
const clockOf = (runId: string): string =>
  `${runId.slice(9, 11)}:${runId.slice(11, 13)}:${runId.slice(13, 15)}`
