import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { messageOf } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import type { PostgresPool } from './postgres.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/** A connection without an answer for this long is given up. */
const ASK_MS = 10_000

/**
 * A version for each channel, which changes with its notifications and whenever some may have been missed.
 */
export interface PostgresListener<Channel extends string> {
  version(channel: Channel): string
  onChange(channel: Channel, listener: () => void): () => void
  close(): Promise<void>
}

/** Listens on a separate connection, reopened for ever; resolves when it listens for the first time. */
export async function listenForChanges<Channel extends string>(
  pool: Pick<PostgresPool, 'connect'>,
  channels: readonly Channel[],
  log: Log,
): Promise<PostgresListener<Channel>> {
  const versions = new Map<string, number>(channels.map(channel => [channel, 0]))
  const listeners = new Map<string, Set<() => void>>(channels.map(channel => [channel, new Set()]))
  const closed = new AbortController()
  const change = (channel: string) => {
    versions.set(channel, (versions.get(channel) ?? 0) + 1)
    for (const listener of listeners.get(channel) ?? []) listener()
  }
  const listen = async (): Promise<pg.Client> => {
    const client = await pool.connect()
    client.on('notification', ({ channel }) => change(channel))
    try {
      for (const channel of channels) await client.query(`LISTEN ${channel}`)
      return client
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
  }

  const listenAgain = async (): Promise<pg.Client | undefined> => {
    for (let pause = FIRST_PAUSE_MS; !closed.signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      await sleep(pause, undefined, { signal: closed.signal, ref: false }).catch(() => {})
      const client = await listen().catch(() => undefined)
      if (client !== undefined && !closed.signal.aborted) return client
      await client?.end().catch(() => {})
    }
    return undefined
  }
  const stayConnected = async (first: pg.Client) => {
    for (let client: pg.Client | undefined = first; client !== undefined; client = await listenAgain()) {
      // Nobody is told later of changes during a loss: both the loss and the return count as a change
      if (client !== first) channels.forEach(change)
      const reason = await untilLost(client, closed.signal)
      await client.end().catch(() => {})
      if (closed.signal.aborted) return
      log.warn({ reason }, 'no longer notified of changes in the database; reconnecting')
      channels.forEach(change)
    }
  }
  const connected = stayConnected(await listen())

  return {
    version: channel => String(versions.get(channel)),
    onChange(channel, listener) {
      listeners.get(channel)?.add(listener)
      return () => listeners.get(channel)?.delete(listener)
    },
    async close() {
      closed.abort()
      await connected
    },
  }
}

/** Resolves to the reason why the connection is lost, also if its server vanished, or it was told to stop. */
function untilLost(client: pg.Client, stop: AbortSignal): Promise<string> {
  return new Promise(resolve => {
    const ask = setInterval(() => {
      const late = setTimeout(() => end('the server does not answer'), ASK_MS).unref()
      client.query('SELECT 1').then(
        () => clearTimeout(late),
        error => end(messageOf(error)),
      )
    }, ASK_MS).unref()
    const end = (reason: string) => {
      clearInterval(ask)
      stop.removeEventListener('abort', stopped)
      resolve(reason)
    }
    const stopped = () => end('asked to stop')
    client.once('end', () => end('the connection ended'))
    stop.addEventListener('abort', stopped)
    if (stop.aborted) stopped()
  })
}
