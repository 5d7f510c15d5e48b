import { runDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'

const MINUTE_MS = 60 * 1000
/** From each try in vain to the next. */
const RETRY_AFTER_MS = [10 * MINUTE_MS, 60 * MINUTE_MS, 240 * MINUTE_MS]
/** How many may wait at once: more are interrupted only if the whole store is faulty. */
const MOST = 100

/**
 * Runs whose files were interrupted while they were read, and which are retried later. Only this process remembers
 * them: the next one tries them at once, like all others.
 */
export class SetAside {
  readonly #runs = new Map<string, { tries: number; due: number }>()

  get size(): number {
    return this.#runs.size
  }

  /** Whether it is to be left alone for now. */
  waits(run: RunKey, now = performance.now()): boolean {
    return (this.#runs.get(runDirectory(run))?.due ?? 0) > now
  }

  /** Sets it aside after another try in vain; false if it was tried often enough, or too many are. */
  put(run: RunKey, now = performance.now()): boolean {
    const key = runDirectory(run)
    const tries = this.#runs.get(key)?.tries ?? 0
    const wait = RETRY_AFTER_MS[tries]
    if (wait === undefined || (tries === 0 && this.#runs.size >= MOST)) return false
    this.#runs.set(key, { tries: tries + 1, due: now + wait })
    return true
  }

  /** It is done with, one way or the other. */
  forget(run: RunKey): void {
    this.#runs.delete(runDirectory(run))
  }
}
