import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { type ListenAddress, listen } from './http/listen.ts'
import { LONGEST_URL } from './http/request-target.ts'

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
/** How long answers in progress may take when the process is asked to stop. */
const DRAIN_MS = 10_000

/**
 * Listens; a Conflict if it cannot.
 * @param onFault called for each connection that could not be taken afterwards
 */
export async function serveApp(
  app: Hono,
  options: ListenAddress & { readonly drainMs?: number },
  onFault: (error: Error) => void = () => {},
): Promise<Listening> {
  const answer = getRequestListener(app.fetch, { hostname: options.host })
  const server = createServer({ ...TIMEOUTS, maxHeaderSize: LONGEST_URL + 16_384 }, (request, response) => {
    // It answers each request itself, whatever goes wrong
    Promise.resolve(answer(request, response)).catch(() => response.destroy())
  })
  await listen(server, options, onFault)
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    address: `http://${host}:${port}/`,
    port,
    drain: () => drain(server, options.drainMs ?? DRAIN_MS),
  }
}

async function drain(server: Server, milliseconds: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  const late = setTimeout(() => server.closeAllConnections(), milliseconds)
  await closed
  clearTimeout(late)
}
