import { vi } from 'vitest'

/** As long as a busy machine may take; what never comes true takes it whole, and nothing else does. */
const GRACE_PERIOD_MS = 60_000

/** Waits until the check no longer throws, and gives what it gave. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: GRACE_PERIOD_MS, interval: 20 })
}
