import { type AddressInfo, createServer as createListener, type Server } from 'node:net'
import { Conflict, messageOf } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'

export interface ListenAddress {
  readonly host: string
  readonly port: number
  /** Beside other processes that say so too: each connection is given to one of them by the system. */
  readonly reusePort?: boolean
}

/**
 * Listens; a taken port or an address that is not ours is a {@link Conflict} that says so. From then on `onFault` is
 * called for each connection that could not be taken, which ends nothing: the next one may work (accept(2): EMFILE,
 * ENOMEM …).
 */
export async function listen(
  server: Server,
  { host, port, reusePort = false }: ListenAddress,
  onFault: (error: Error) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(listenFailure(error, host, port))
    server.once('error', refuse)
    server.listen({ host, port, reusePort, backlog: 1024 }, () => {
      server.off('error', refuse)
      server.on('error', onFault)
      resolve()
    })
  })
}

/** Between two lines in the log about connections that could not be taken: as many may come as are tried. */
const FAULT_LINE_MS = 10_000

/** What becomes of connections that cannot be taken: each is counted, and the log has a line now and then. */
export function reportFaults(log: Log, metrics: Pick<Metrics, 'lostConnection'>): (error: Error) => void {
  let saidAt = Number.NEGATIVE_INFINITY
  let unsaid = 0
  return err => {
    metrics.lostConnection()
    unsaid += 1
    if (performance.now() - saidAt < FAULT_LINE_MS) return
    log.error({ err, connections: unsaid }, 'connections could not be accepted')
    saidAt = performance.now()
    unsaid = 0
  }
}

/**
 * Checks whether {@link listen} would work, without staying there, so that clients see that nothing answers yet.
 * Throws Conflict if it would not. @returns the port, which differs from the given one if that was 0
 */
export async function checkListen(address: ListenAddress): Promise<number> {
  const probe = createListener()
  await listen(probe, address, () => {})
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): Conflict {
  const what =
    error.code === 'EADDRINUSE'
      ? `port ${port} on ${host} is already in use by another program: stop it, or use another port`
      : error.code === 'EACCES'
        ? `this user may not listen on port ${port}: choose one from 1024 on`
        : `cannot listen on ${host} port ${port}: ${messageOf(error)}`
  return new Conflict(what, { cause: error })
}
