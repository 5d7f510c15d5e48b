import pg from 'pg'
import { isFailure, messageOf, Unavailable } from '../../../domain/errors.ts'

/**
 * SQLSTATE classes caused by the server or the operator, not by a bug here
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const NOT_OURS: readonly string[] = [
  '08', // connection
  '25006', // a standby: read only
  '28', // access denied
  '3D000', // no such database
  '40', // rolled back: deadlock, serialisation
  '53', // out of connections, memory, disk
  '55P03', // lock not available
  '57', // cancelled, shut down, starting up
  '58', // the server's disk
  'XX', // the server is damaged
]

/** Whether the server answered: the connection is then still usable. */
export function isAnswer(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code !== undefined && !error.code.startsWith('57P')
}

/** True for a transaction that may succeed if it is run again. */
export function isTransient(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code?.startsWith('40') === true
}

/** An error caused by the server or the network as {@link Unavailable}; other errors unchanged. */
export function blameServer(error: unknown): unknown {
  if (isFailure(error)) return error
  if (error instanceof pg.DatabaseError) {
    const { code = '' } = error
    if (!NOT_OURS.some(prefix => code.startsWith(prefix))) return error
    return new Unavailable(`the database is not serving: ${error.message} (${code})`, { cause: error })
  }
  if (isBroken(error))
    return new Unavailable(`the database cannot be reached: ${wordsOf(error)}`, { cause: error })
  return error
}

/** Errors of the driver and the sockets: those with a code of the system, or the driver's own messages. */
function isBroken(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) return true
  if (error instanceof AggregateError) return true
  return /connection|timeout|not queryable|Client was closed/i.test(error.message)
}

function wordsOf(error: Error): string {
  const [first] = error instanceof AggregateError ? error.errors : []
  return messageOf(first ?? error)
}
