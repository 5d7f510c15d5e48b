import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fetchChanged } from './fetch-changed.ts'

const LARGE = Buffer.alloc(2 * 1024 * 1024, 'x')

/** A server that gives this answer to each request, and then closes the connection. */
async function aServerThat(answer: (socket: Socket, path: string) => void): Promise<string> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', request => {
      answer(socket, request.toString().split(' ')[1] as string)
      socket.end()
    })
  })
  onTestFinished(() => void server.close())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

async function slowly(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  return bytes
}

const from = (address: string) =>
  fetchChanged(address, {
    since: {},
    silenceMs: 60_000,
    signal: new AbortController().signal,
    read: slowly,
  })

describe('a file of a server that closes the connection behind it', () => {
  it.each([
    ['whose length nobody says', 'HTTP/1.0 200 OK\r\n\r\n'],
    [
      'whose length is said',
      `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${LARGE.length}\r\n\r\n`,
    ],
  ])('%s is read to its end, however slowly', async (_, head) => {
    const address = await aServerThat(socket => {
      socket.write(head)
      socket.write(LARGE)
    })
    expect(await from(address)).toMatchObject({ state: 'changed', value: LARGE.length })
  })

  it('is no whole one where it is shorter than was said', async () => {
    const address = await aServerThat(
      socket => void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE.length}\r\n\r\nx`),
    )
    await expect(from(address)).rejects.toThrow(address)
  })

  it('is looked for where it has moved to, and not for ever', async () => {
    const moved = (to: string) => `HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`
    const address = await aServerThat((socket, path) => {
      if (path === '/there') socket.write('HTTP/1.0 200 OK\r\n\r\nhello')
      else if (path === '/round') socket.write(moved('/round'))
      else socket.write(moved(path === '/file' ? 'file:///etc/passwd' : '/there'))
    })
    expect(await from(`${address}/here`)).toMatchObject({ state: 'changed', value: 5 })
    await expect(from(`${address}/round`)).rejects.toThrow('redirects more than 5 times')
    await expect(from(`${address}/file`)).rejects.toThrow(
      'redirects to an address that is neither http nor https',
    )
  })
})
