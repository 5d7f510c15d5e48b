import { createServer, type Server } from 'node:net'

/** Ports are handed out in blocks of this many. */
const BLOCK = 16
/** Below the range that the kernel takes ports for outgoing connections from. */
const FIRST = 20_000
const BLOCKS = 750

/**
 * Reserves a block of loopback ports that nobody listens on, and returns its first usable port.
 *
 * The port before it is listened on as long as this process lives: two test runs at the same time
 * can't get the same block, even while a server of the first one is down.
 */
export async function reservePorts(): Promise<number> {
  const start = Math.floor(Math.random() * BLOCKS)
  for (let tried = 0; tried < BLOCKS; tried++) {
    const first = FIRST + ((start + tried) % BLOCKS) * BLOCK
    const lock = await listen(first)
    if (!lock) continue
    if (await allFree(first + 1, BLOCK - 1)) {
      lock.unref()
      return first + 1
    }
    lock.close()
  }
  throw new Error('no block of free loopback ports')
}

async function allFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port++) {
    const server = await listen(port)
    if (!server) return false
    await new Promise(resolve => server.close(resolve))
  }
  return true
}

/** Listens on a loopback port; nothing if somebody else does. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy())
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
