import { createServer } from 'node:http'
import type { Listen } from '../config/values.ts'
import type { Metrics } from '../metrics.ts'
import { listen } from '../web/listen.ts'

/**
 * Answers Prometheus where there is no website in the process. Whoever reaches the address may read: it shows
 * numbers only. Conflict if it cannot listen.
 */
export async function serveMetrics(address: Listen, metrics: Metrics): Promise<AsyncDisposable> {
  const server = createServer({ requestTimeout: 10_000 }, async (request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end()
    const { contentType, body } = await metrics.render()
    return response.writeHead(200, { 'content-type': contentType }).end(body)
  })
  await listen(server, address)
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
