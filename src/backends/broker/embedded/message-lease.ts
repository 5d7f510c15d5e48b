import { messageOf, Unavailable } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import type { BrokerFile } from './file.ts'
import type { StoredQueues } from './stored-queues.ts'
import type { Writes } from './writes.ts'

/** A beat writes to the file, so beats are as rare as a delay of three seconds allows. */
const BEAT_MS = 2_000
const DEAD_AFTER_MS = 5_000
/** How often to check whether others are dead, which only reads. */
const REAP_MS = 1_000

/** Milliseconds since boot, the same for all processes of the host, whatever the clock says. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

/** The session in which this process holds messages and exclusive queues: a heartbeat every 2 s. */
export interface Lease {
  /** The session's id; starts a session if there is none. */
  session(): Promise<number>
  /** Called when the session was taken for dead: its messages were given back, and a new one must begin. */
  onLost(listener: () => void): void
  /**
   * To be called in the transaction that takes something: throws {@link Unavailable} if the session is dead.
   */
  check(session: number): void
  /** Gives messages back to their places: now, or with the first heartbeat written. Never rejects. */
  giveBack(session: number, messages: readonly number[]): Promise<void>
  /** Gives back the messages of dead sessions, if there are any. */
  reap(): Promise<void>
  /** Ends the session and everything that belongs to it. */
  release(): Promise<void>
}

interface LeaseParts {
  readonly file: BrokerFile
  readonly queues: StoredQueues
  readonly writes: Writes
  readonly log: Log
}

export function openLease({ file, queues, writes, log }: LeaseParts): Lease {
  const { sql } = file
  const listeners = new Set<() => void>()
  /** Messages that could not be given back yet, with their session. */
  const returning = new Map<number, number>()
  let current: Promise<number> | undefined
  let timer: NodeJS.Timeout | undefined
  let beaten = 0

  /** A beat from the future dates from before the host was booted. */
  function findDead(): number[] {
    const found = sql('SELECT id FROM session WHERE beat < ? OR beat > ?').pluck()
    return found.all(now() - DEAD_AFTER_MS, now() + DEAD_AFTER_MS) as number[]
  }

  function end(session: number): void {
    const owned = sql('SELECT id FROM queue WHERE owner = ?').pluck().all(session) as number[]
    for (const queue of owned) queues.remove(queue, session)
    sql('UPDATE message SET holder = NULL, redelivered = 1 WHERE holder = ?').run(session)
    sql('DELETE FROM session WHERE id = ?').run(session)
  }

  function endDead(): void {
    for (const session of findDead()) end(session)
  }

  /** The first session is the start of the broker: transient exchanges do not outlive it. */
  function begin(): number {
    endDead()
    if (sql('SELECT 1 FROM session').get() === undefined) {
      sql('DELETE FROM binding WHERE exchange IN (SELECT name FROM exchange WHERE durable = 0)').run()
      sql('DELETE FROM exchange WHERE durable = 0').run()
    }
    return Number(sql('INSERT INTO session (beat) VALUES (?)').run(now()).lastInsertRowid)
  }

  /** The messages of a dead session have been given back already. */
  async function returnAll(): Promise<void> {
    const messages = [...returning]
    if (messages.length === 0) return
    await writes.write(() => {
      for (const [message, session] of messages) queues.requeue(message, session)
    })
    for (const [message] of messages) returning.delete(message)
  }

  async function beat(session: number): Promise<void> {
    if (now() - beaten < BEAT_MS && returning.size === 0) return reap()
    beaten = now()
    const alive = await writes.write(() => {
      const { changes } = sql('UPDATE session SET beat = ? WHERE id = ?').run(now(), session)
      endDead()
      return changes === 1
    })
    await returnAll()
    if (alive || timer === undefined) return
    clearInterval(timer)
    timer = undefined
    current = undefined
    log.warn(
      {},
      'this process was suspended for more than five seconds; its messages were returned to their queues',
    )
    for (const listener of listeners) listener()
  }

  async function reap(): Promise<void> {
    if (file.snapshot(findDead).length > 0) await writes.write(endDead)
  }

  const unwritable = (error: unknown) =>
    log.warn({ err: messageOf(error) }, "the broker's file cannot be written")

  async function open(): Promise<number> {
    const session = await writes.write(begin)
    beaten = now()
    timer = setInterval(() => void beat(session).catch(unwritable), REAP_MS)
    return session
  }

  return {
    session() {
      current ??= open().catch(error => {
        current = undefined
        throw error
      })
      return current
    },
    onLost: listener => void listeners.add(listener),
    check(session) {
      const found = sql('SELECT 1 FROM session WHERE id = ?').get(session)
      if (found === undefined) throw new Unavailable('the lease was lost')
    },
    async giveBack(session, messages) {
      for (const message of messages) returning.set(message, session)
      await returnAll().catch(unwritable)
    },
    reap,
    async release() {
      const session = await current?.catch(() => undefined)
      clearInterval(timer)
      timer = undefined
      current = undefined
      if (session !== undefined) await writes.write(() => end(session))
    },
  }
}
