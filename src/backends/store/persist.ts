import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable } from '../../domain/errors.ts'
import { scatteredBackoffMs } from '../../domain/time/backoff.ts'

/** How long what may take, all in milliseconds, and how often it is tried. */
export interface Timing {
  /** Until a connection stands. */
  readonly connectMs: number
  /** So long a server may take to say whether it wants the body of a stream at all. */
  readonly continueMs: number
  /** From the end of a request to the head of its answer. */
  readonly answerMs: number
  /** Between two pieces of a body, while somebody waits for it. */
  readonly idleMs: number
  readonly attempts: number
  /** Before the second attempt; doubled before each one after it. */
  readonly pauseMs: number
  /** No attempt begins later than so long after the first. */
  readonly gracePeriodMs: number
}

export const usualTiming: Timing = {
  connectMs: 5_000,
  continueMs: 1_000,
  answerMs: 20_000,
  idleMs: 30_000,
  attempts: 4,
  pauseMs: 200,
  gracePeriodMs: 30_000,
}

/** A failure that another attempt may not meet. */
export class Transient extends Unavailable {
  /** How long the store asked to be left alone. */
  readonly pauseMs: number | undefined

  constructor(message: string, options: ErrorOptions & { readonly pauseMs?: number | undefined } = {}) {
    super(message, options)
    this.pauseMs = options.pauseMs
  }
}

/**
 * Tries again what failed with {@link Transient}, after pauses that grow and differ from one caller to the next.
 * The last failure is thrown: also at once, where the store asks for more time than there is.
 *
 * @param mayRepeat asked before each repetition
 */
export async function persist<T>(
  timing: Timing,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
  mayRepeat: () => boolean = () => true,
): Promise<T> {
  const giveUpAt = performance.now() + timing.gracePeriodMs
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Transient) || count >= timing.attempts || !mayRepeat()) throw error
      const pause = error.pauseMs ?? scatteredBackoffMs(count, timing.pauseMs)
      if (performance.now() + pause > giveUpAt) throw error
      await sleep(pause, undefined, signal === undefined ? {} : { signal })
    }
  }
}
