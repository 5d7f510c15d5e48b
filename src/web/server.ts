import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { Conflict, messageOf } from '../domain/errors.ts'
import { LONGEST_URL } from './request-target.ts'

export interface Listening {
  /** Where it can be reached, for a person: `http://127.0.0.1:8080/`. */
  readonly address: string
  readonly port: number
  /** Takes no new connections, lets answers under way end for a while, then closes what is left. */
  drain(): Promise<void>
}

/** Against clients that send or read slowly on purpose. Bodies are small: half a minute is ample. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
}
/** How long answers under way have to end when the process is asked to. */
const DRAIN_MS = 10_000

/** Listens; a taken port or an address that is not ours is a {@link Conflict} that says so. */
export async function serveApp(
  app: Hono,
  options: { readonly host: string; readonly port: number; readonly drainMs?: number },
): Promise<Listening> {
  const server = createServer(
    { ...TIMEOUTS, maxHeaderSize: LONGEST_URL + 16_384 },
    getRequestListener(app.fetch, { hostname: options.host }),
  )
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    address: `http://${host}:${port}/`,
    port,
    drain: () => drain(server, options.drainMs ?? DRAIN_MS),
  }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, host, port)))
    server.listen({ host, port, backlog: 1024 }, resolve)
  })
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): Conflict {
  const what =
    error.code === 'EADDRINUSE'
      ? `port ${port} on ${host} is taken by another program: stop it, or listen elsewhere`
      : error.code === 'EACCES'
        ? `this user may not listen on port ${port}: choose one from 1024 on`
        : `cannot listen on ${host} port ${port}: ${messageOf(error)}`
  return new Conflict(what, { cause: error })
}

async function drain(server: Server, milliseconds: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  const late = setTimeout(() => server.closeAllConnections(), milliseconds)
  await closed
  clearTimeout(late)
}
