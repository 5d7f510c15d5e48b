import { beginCounter, sampleQueues } from '../operations/queues/sample-queues.ts'
import { type Daemon, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'sample-queues'

/** Keeps how long queues are, what runs, ends and begins, each minute: one of all that share the database does it. */
export const sampleQueuesDaemon: Daemon<'snapshots' | 'results' | 'derived' | 'state'> = {
  name: NAME,
  async start(deps) {
    const { backends } = deps
    const begun = beginCounter()
    const look = () => begun.look(backends)
    look()
    let sampled = 0
    const unlisten = backends.snapshots.running.onChange(look)
    const sampling = every<'snapshots' | 'results' | 'derived' | 'state'>(
      { seconds: 15 },
      {
        name: NAME,
        async run({ settings }) {
          const now = new Date()
          const minute = Math.floor(now.getTime() / 60_000)
          if (minute === sampled) return undefined
          const taken = begun.take()
          await backends.state.withLock(NAME, () => sampleQueues(backends, taken, settings.arches, now))
          sampled = minute
          return undefined
        },
      },
    )
    const listening = {
      name: NAME,
      health: () => ({ ok: true }) as const,
      stop: async () => unlisten(),
    }
    return together(NAME, [listening, await sampling.start(deps)])
  },
}
