/** Largest first. */
const STEPS = [
  { seconds: 86_400 * 365, unit: 'years' },
  { seconds: 86_400, unit: 'days' },
  { seconds: 3600, unit: 'h' },
  { seconds: 60, unit: 'min' },
] as const

/** Clocks differ by less: what is further ahead was written by one that is wrong. */
const AHEAD_SECONDS = 3600

/** How long ago a moment was, in one unit: `3 h ago`. */
export function ago(milliseconds: number, now: number): string {
  const seconds = (now - milliseconds) / 1000
  if (seconds < -AHEAD_SECONDS) return 'in the future (a wrong clock)'
  const step = STEPS.find(one => seconds >= one.seconds)
  if (step === undefined) return 'just now'
  const count = Math.floor(seconds / step.seconds)
  const unit = count === 1 ? step.unit.replace(/s$/, '') : step.unit
  return `${count} ${unit} ago`
}
