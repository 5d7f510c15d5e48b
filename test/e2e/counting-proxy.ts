import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CountingProxy {
  /** The other's address, by way of this one. */
  readonly url: string
  /** Method and path of what was asked since the last look. */
  asked(): readonly string[]
  close(): void
}

/** Passes HTTP on to another server and remembers what it was asked for. */
export async function countingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port, pathname } = new URL(target)
  let asked: string[] = []
  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    const { method, url: path, headers } = incoming
    const onward = request({ hostname, port, path, method, headers }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    asked() {
      const since = asked
      asked = []
      return since
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
