import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  /** From now on, what is sent gets through, and the first answer cuts the connection in its place. Once. */
  cutAtNextAnswer(): void
  /** From now on nothing gets through, and nothing is cut either: a server that has frozen. */
  freeze(): void
  close(): void
}

/** Passes TCP on to a server, and can cut a connection between a message and the answer to it. */
export async function cuttingProxy(target: {
  readonly host: string
  readonly port: number
}): Promise<CuttingProxy> {
  let isArmed = false
  let isFrozen = false
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const peer = connect(target.port, target.host)
    for (const socket of [client, peer]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        peer.destroy()
      })
    }
    client.on('data', bytes => isFrozen || peer.write(bytes))
    peer.on('data', bytes => {
      if (isFrozen) return
      if (!isArmed) return void client.write(bytes)
      isArmed = false
      client.destroy()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cutAtNextAnswer() {
      isArmed = true
    },
    freeze() {
      isFrozen = true
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
