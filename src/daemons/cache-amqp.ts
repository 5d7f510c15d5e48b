import { queueReader } from './live/queue-reader.ts'
import { type Daemon, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'cache-amqp'

/** Keeps `queued.json`: how many requests wait in each queue, and which. The file is its memory across restarts. */
export const cacheAmqp: Daemon<'broker' | 'snapshots'> = {
  name: NAME,
  async start(deps) {
    const { queued } = deps.backends.snapshots
    const reader = queueReader(
      { ...deps, log: deps.log.child({ daemon: NAME }) },
      NAME,
      queued.current().value,
    )
    const forget = deps.metrics.waiting(NAME, async () => reader.unseen())
    const reading = every(
      { seconds: 20 },
      {
        name: NAME,
        async run() {
          await queued.replace(await reader.read(performance.now()))
          return undefined
        },
      },
    )
    const trace = {
      name: NAME,
      health: () => ({ ok: true }) as const,
      async stop() {
        forget()
        await reader.close()
      },
    }
    return together(NAME, [trace, await reading.start(deps)])
  },
}
