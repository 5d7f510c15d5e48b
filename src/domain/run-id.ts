/**
 * A run id is the UTC time at which the run ended, an underscore and five hex digits, and `@`:
 * `20260902_101112_abcde@`. The oldest rows have no digits: `20140412_101112@`. Clients cut it by position
 * and compare it as text, so it is never normalised.
 */
const RUN_ID = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)(?:_[0-9a-z]+)?@$/

/** True for what a path segment must look like to be taken for a run id (any text that ends in `@`). */
export function looksLikeRunId(segment: string): boolean {
  return segment.length <= 64 && segment.endsWith('@')
}

/** True for the two forms that workers have written. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text)
}

/** The end of the run in milliseconds since 1970, or undefined for an id of another form. */
export function runIdTime(runId: string): number | undefined {
  const found = RUN_ID.exec(runId)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second] = found.map(Number)
  return Date.UTC(year as number, (month as number) - 1, day, hour, minute, second)
}

/** `2026-09-02 10:11:12 UTC`; what is not of the form stays as it is. */
export function humanDate(runId: string): string {
  return runId.replace(/^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d).*$/, '$1-$2-$3 $4:$5:$6 UTC')
}
