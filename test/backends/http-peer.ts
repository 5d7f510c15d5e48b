import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A server on loopback that behaves as a test wants. */
export interface HttpPeer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Every request's method and path, in order. */
  readonly asked: string[]
  /** The open connections, and the number of all connections so far. */
  readonly open: ReadonlySet<Socket>
  readonly connections: () => number
  close(): Promise<void>
}

/** Starts one. `handle` gets `Expect: 100-continue` requests too: nobody answers `continue` for it. */
export async function startPeer(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<HttpPeer> {
  const asked: string[] = []
  const open = new Set<Socket>()
  let connections = 0
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    // A handler that fails breaks the connection off: the client sees this
    Promise.resolve(handle(request, response)).catch(() => response.destroy())
  }
  const server = createServer(listener).on('checkContinue', listener)
  server.on('connection', socket => {
    connections++
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    open,
    connections: () => connections,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
