import { createServer as createListener, type Server } from 'node:net'
import { Conflict, messageOf } from '../../domain/errors.ts'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Listens; a taken port or an address that is not ours is a {@link Conflict} that says so. */
export function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, host, port)))
    server.listen({ host, port, backlog: 1024 }, resolve)
  })
}

/**
 * Finds out whether {@link listen} would work, without staying there: whoever asks meanwhile is to see that nobody
 * answers yet. Conflict if it would not.
 */
export async function checkListen(address: ListenAddress): Promise<void> {
  const probe = createListener()
  await listen(probe, address)
  await new Promise(resolve => probe.close(resolve))
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): Conflict {
  const what =
    error.code === 'EADDRINUSE'
      ? `port ${port} on ${host} is taken by another program: stop it, or listen elsewhere`
      : error.code === 'EACCES'
        ? `this user may not listen on port ${port}: choose one from 1024 on`
        : `cannot listen on ${host} port ${port}: ${messageOf(error)}`
  return new Conflict(what, { cause: error })
}
