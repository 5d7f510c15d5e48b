import { TESTSTATUS } from '../backends/broker/broker.ts'
import type { RunningJson } from '../contracts/files/running-json.ts'
import { teststatus } from '../contracts/messages/teststatus.ts'
import { messageOf } from '../domain/errors.ts'
import { runningBoard } from './live/running-board.ts'
import { transcriptKeeper } from './live/transcript-keeper.ts'
import { consumer } from './runtime/consumer.ts'
import { type Daemon, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'amqp-status-collector'
/** A file older than this says nothing of now. */
const RESTORE_MS = 15 * 60_000

/** How long is waited for reports of runs that were known. */
interface GracePeriod {
  /** Workers report every ten seconds: after so long a run that ended while we were away is known to have ended. */
  readonly startMs: number
  /** After a lost connection workers may have to connect again, too. */
  readonly reconnectMs: number
}

const GRACE_PERIOD: GracePeriod = { startMs: 12_000, reconnectMs: 60_000 }

/** The daemon behind {@link amqpStatusCollector}, for workers that report at another pace. */
export const statusCollector = (
  gracePeriod: GracePeriod,
): Daemon<'broker' | 'snapshots' | 'transcripts'> => ({
  name: NAME,
  async start(deps) {
    const { running } = deps.backends.snapshots
    const board = runningBoard()
    const keeper = transcriptKeeper(deps.backends.transcripts)
    const previous = running.current()
    if (previous.at !== undefined && Date.now() - previous.at.getTime() < RESTORE_MS) {
      board.restore(previous.value, performance.now(), RESTORE_MS)
    }
    let subscriptions = 0
    let unwritten: RunningJson | undefined

    let fault = ''
    /** Running tests are shown without them, too. */
    async function keepTranscripts(): Promise<void> {
      const reason = await keeper.flush(Date.now()).then(() => '', messageOf)
      if (reason !== '' && reason !== fault)
        deps.log.warn({ daemon: NAME, reason }, 'live logs cannot be kept')
      fault = reason
    }

    const write = every(
      { seconds: 1, startWithRun: true },
      {
        name: NAME,
        async run() {
          await keepTranscripts()
          unwritten = board.changes(performance.now()) ?? unwritten
          if (unwritten !== undefined) await running.replace(unwritten)
          unwritten = undefined
        },
      },
    )
    const listen = consumer({
      name: NAME,
      from: TESTSTATUS,
      message: teststatus,
      // Handled in a moment: more at once would only be kept longer
      batchSize: 250,
      onSubscribed() {
        subscriptions++
        board.expectReports(
          performance.now(),
          subscriptions === 1 ? gracePeriod.startMs : gracePeriod.reconnectMs,
        )
      },
      async handle(batch) {
        for (const status of batch) await keeper.report(status, Date.now())
        return batch.map(status => board.report(status, performance.now()))
      },
    })
    return together(NAME, [await write.start(deps), await listen.start(deps)])
  },
})

/** Keeps `running.json`: what workers say is running, written at most once a second. */
export const amqpStatusCollector = statusCollector(GRACE_PERIOD)
