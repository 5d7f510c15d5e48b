/** So long the texts are. What is linear takes 32 times as long for the second, what is quadratic 1,024 times. */
const SHORT = 1024
const LONG = SHORT * 32
/** In between: a busy moment, or memory that is tidied up, is no fault. */
const ALLOWED = 256
/**
 * Whatever takes less for the long text has not looked at each pair of its characters, which are hundreds of millions; some
 * systems count processor time in steps of milliseconds.
 */
const NOTHING_MS = 50
/** Below this a clock tells more of itself than of what was measured. */
const LEAST_MS = 0.01
const TRIES = 4

/**
 * Whether something takes far more than its share longer for a text that is 32 times as long, in the best of several
 * tries: a ratio, so that it does not depend on how fast the machine is, and of the time that this process is given.
 * @param textOf a text of about so many characters
 */
export function isSteep(run: (text: string) => unknown, textOf: (characters: number) => string): boolean {
  const [short, long] = [textOf(SHORT), textOf(LONG)]
  let [shortMs, longMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let tried = 0; tried < TRIES; tried++) {
    longMs = Math.min(longMs, timeOf(run, long))
    if (longMs < NOTHING_MS) return false
    for (let again = 0; again < TRIES; again++) shortMs = Math.min(shortMs, timeOf(run, short))
    if (longMs / Math.max(shortMs, LEAST_MS) <= ALLOWED) return false
  }
  return true
}

/** The milliseconds of processor time that a text takes. */
export function timeOf(run: (text: string) => unknown, text: string): number {
  const began = process.cpuUsage()
  run(text)
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}
