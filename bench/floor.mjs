/**
 * The best that this machine and Node can do: `GET /SIZE` is answered with this many bytes that are ready in memory,
 * and nothing else is done. Prints its port.
 */
import { createServer } from 'node:http'

const ready = new Map()

const server = createServer((request, response) => {
  let body = ready.get(request.url)
  if (body === undefined) {
    body = Buffer.alloc(Number(request.url.slice(1)), 'x')
    ready.set(request.url, body)
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
