import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openAsker } from './asking.ts'

it('reads answers one after the other over one connection, of a declared length and in chunks', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/short') response.setHeader('content-length', 5).end('hello')
    else response.write('x'.repeat(1000), () => response.end('y'))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const asker = await openAsker(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  onTestFinished(() => asker.close())
  const bytes = []
  for (const path of ['/short', '/chunked', '/short', '/chunked', '/short'])
    bytes.push((await asker.get(path)).bytes)
  // Two chunks, each with its length, and the last one
  expect(bytes).toEqual([5, 1018, 5, 1018, 5])
})
