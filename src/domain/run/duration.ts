const two = (n: number): string => String(n).padStart(2, '0')

/** Seconds in the site's traditional form: `1h 01m 11s`, hours unbounded, fractions cut. Unknown: empty. */
export function humanDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return ''
  const whole = Math.max(0, Math.trunc(seconds))
  return `${Math.floor(whole / 3600)}h ${two(Math.floor(whole / 60) % 60)}m ${two(whole % 60)}s`
}
