import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Listen } from '../../config/values.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'
import { listen, reportFaults } from '../../web/http/listen.ts'

/**
 * Serves metrics to Prometheus where the process has no website, to anybody who can reach the address, as they are
 * only numbers. Throws Conflict if it cannot listen.
 */
export async function serveMetrics(address: Listen, metrics: Metrics, log: Log): Promise<AsyncDisposable> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url !== '/metrics') return void response.writeHead(404).end()
    const { contentType, body } = await metrics.render()
    response.writeHead(200, { 'content-type': contentType }).end(body)
  }
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(request, response).catch((err: unknown) => {
      log.error({ err }, 'the metrics could not be rendered')
      response.writeHead(500).end()
    })
  })
  await listen(server, address, reportFaults(log, metrics))
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
