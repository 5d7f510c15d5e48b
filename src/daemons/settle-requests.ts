import { settleRequests, type Watched } from '../operations/requests/settle-requests.ts'
import { type Daemon, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'settle-requests'
/** They tell who asked from where: for who wonders why, no longer. */
const REFUSALS_KEPT_MS = 90 * 24 * 60 * 60_000

/**
 * Settles requests whose sending was interrupted, by a crash or a lost connection, each minute, and lets old refusals go,
 * each hour. One of all that share the database settles.
 */
export const settleRequestsDaemon: Daemon<'broker' | 'snapshots' | 'results' | 'state'> = {
  name: NAME,
  async start(deps) {
    const watched: Watched = new Map()
    const settling = every<'broker' | 'snapshots' | 'results' | 'state'>(
      { seconds: 60 },
      {
        name: NAME,
        async run({ backends, log }, signal) {
          const settled = await backends.state.withLock(NAME, lost =>
            settleRequests(
              backends,
              watched,
              { now: new Date(), uptimeMs: performance.now() },
              AbortSignal.any([signal, lost]),
            ),
          )
          if (settled === undefined) return undefined
          const { found, sent, givenUp, waiting } = settled
          if (found + sent > 0) log.info({ found, sent }, 'interrupted requests have been settled')
          if (waiting.length > 0) log.info({ waiting }, 'interrupted requests could not be settled yet')
          if (givenUp.length > 0) log.warn({ givenUp }, 'interrupted requests have been given up')
          return undefined
        },
      },
    )
    const forgetting = every<'state'>(
      { seconds: 3600 },
      {
        name: NAME,
        async run({ backends: { state } }) {
          await state.requests.forgetRefusals(new Date(Date.now() - REFUSALS_KEPT_MS))
          return undefined
        },
      },
    )
    return together(NAME, [await settling.start(deps), await forgetting.start(deps)])
  },
}
