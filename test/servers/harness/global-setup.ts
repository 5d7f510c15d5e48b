import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import type { ServerControl } from './keeper.ts'
import { startPostgres } from './postgres.ts'
import { startRabbitmq } from './rabbitmq.ts'
import type { ServerName } from './shared.ts'
import { startSwift } from './swift.ts'

const starters: Record<ServerName, () => Promise<ServerControl>> = {
  rabbitmq: startRabbitmq,
  swift: startSwift,
  postgres: startPostgres,
}

/**
 * Starts the servers that all suites of a run share, each when the first suite asks for it (`shared.ts`), and
 * ends them after the last suite.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = new Map<ServerName, Promise<ServerControl>>()
  const share = (name: ServerName) => {
    const server = running.get(name) ?? starters[name]()
    running.set(name, server)
    return server
  }
  // Suites run in processes of their own, so they ask over HTTP: `GET /rabbitmq` answers with the facts
  const desk = createServer((request, response) => {
    share(request.url?.slice(1) as ServerName).then(
      facts => response.end(JSON.stringify(facts)),
      error => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>(resolve => desk.listen(0, '127.0.0.1', resolve))
  project.provide('serversUrl', `http://127.0.0.1:${(desk.address() as AddressInfo).port}`)

  return async () => {
    desk.close()
    desk.closeAllConnections()
    await Promise.allSettled([...running.values()].map(async server => (await server).stop()))
  }
}
