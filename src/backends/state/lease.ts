import { randomUUID } from 'node:crypto'
import { Conflict, messageOf } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'
import type { State } from './state.ts'

/** The longest that a dead holder keeps a lock. */
export const LEASE_MS = 20_000
const RENEW_MS = 5_000
/**
 * A lease that outlasts one taken now by this much dates from before the clock was put back, and does not
 * count.
 */
export const CLOCK_SLACK_MS = 10_000

/** A row that names the holder of a lock. All times are by the clock of the database, or of the one host. */
export interface Leases {
  /** Takes a free lock, or renews our own, for {@link LEASE_MS}; false if another holder has it. */
  hold(name: string, holder: string): Promise<boolean>
  release(name: string, holder: string): Promise<void>
}

/**
 * Runs `work` under a lease that is renewed until it ends. If it cannot be renewed in time, the signal is
 * aborted with a {@link Conflict} before the lease is over, so that no other process can hold it while work
 * goes on.
 */
export function lockByLease(leases: Leases, log: Log): State['withLock'] {
  return async (name, work) => {
    const holder = randomUUID()
    const asked = performance.now()
    if (!(await leases.hold(name, holder))) return undefined
    const lost = new AbortController()
    const stop = renew(leases, name, holder, asked, lost, log)
    try {
      return await work(lost.signal)
    } finally {
      await stop()
      await leases
        .release(name, holder)
        .catch(error =>
          log.warn(
            { lock: name, reason: messageOf(error) },
            'a lock could not be released; it expires by itself',
          ),
        )
    }
  }
}

/** Renews until it is stopped; resolves when no renewal is under way any more. */
function renew(leases: Leases, name: string, holder: string, asked: number, lost: AbortController, log: Log) {
  let heldSince = asked
  let renewal = Promise.resolve()
  const renewOnce = async () => {
    const start = performance.now()
    try {
      if (await leases.hold(name, holder)) heldSince = start
      else lost.abort(new Conflict(`the lock ${name} was lost to another holder`))
    } catch (error) {
      log.warn({ lock: name, reason: messageOf(error) }, 'a lock could not be renewed; retrying')
    }
  }
  const timer = setInterval(() => {
    if (performance.now() - heldSince >= LEASE_MS - RENEW_MS) {
      lost.abort(new Conflict(`the lock ${name} could not be renewed`))
    }
    renewal = renewal.then(renewOnce)
  }, RENEW_MS).unref()
  return () => {
    clearInterval(timer)
    return renewal
  }
}
