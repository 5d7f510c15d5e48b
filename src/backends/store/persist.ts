import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable } from '../../domain/errors.ts'
import { scatteredBackoffMs } from '../../domain/time/backoff.ts'

/** Time limits, all in milliseconds, and the number of attempts. */
export interface Timing {
  /** Until a connection is open. */
  readonly connectMs: number
  /** How long a server may take to say whether it wants the body of a stream. */
  readonly continueMs: number
  /** From the end of a request to the headers of its answer. */
  readonly answerMs: number
  /** Between two pieces of a body, while somebody is waiting for it. */
  readonly idleMs: number
  readonly attempts: number
  /** Before the second attempt; doubled before each later one. */
  readonly pauseMs: number
  /** No attempt begins later than this after the first. */
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

/** A failure that may not occur at another attempt. */
export class Transient extends Unavailable {
  /** How long the store asked not to be contacted. */
  readonly pauseMs: number | undefined

  constructor(message: string, options: ErrorOptions & { readonly pauseMs?: number | undefined } = {}) {
    super(message, options)
    this.pauseMs = options.pauseMs
  }
}

/**
 * Repeats attempts that fail with {@link Transient}, after pauses that grow and differ between callers.
 * Throws the last failure, at once if the store asks for more time than there is.
 * @param mayRepeat called before each repetition
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
