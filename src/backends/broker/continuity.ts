import { randomUUID } from 'node:crypto'
import { within } from './answer-within.ts'

/** Keeps track of whether a trace has seen everything. Engines report events to it, and send the canaries. */
export interface Continuity {
  /** A canary came back through the trace. */
  canaryReturned(id: string): void
  /** The trace is in force; from the second call on, something was missed in between. */
  subscribed(): void
  /** See `MessageTrace.alive`. */
  alive(timeoutMs: number): Promise<boolean>
}

export function followContinuity(parts: {
  readonly sendCanary: (id: string) => Promise<void>
  /** Whether the trace has overflowed since the last call. */
  readonly overflowed: () => Promise<boolean>
}): Continuity {
  const canaries = new Map<string, () => void>()
  let seen = false
  let missed = false

  async function canaryReturns(): Promise<void> {
    const id = randomUUID()
    const back = new Promise<void>(resolve => canaries.set(id, resolve))
    try {
      await parts.sendCanary(id)
      await back
    } finally {
      canaries.delete(id)
    }
  }

  return {
    canaryReturned: id => canaries.get(id)?.(),
    subscribed() {
      missed ||= seen
      seen = true
    },
    async alive(timeoutMs) {
      try {
        await within(timeoutMs, canaryReturns(), 'the canary did not come back')
        const whole = !(await parts.overflowed()) && !missed
        missed = false
        return whole
      } catch {
        missed = true
        return false
      }
    },
  }
}
