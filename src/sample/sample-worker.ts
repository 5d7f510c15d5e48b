import type { Broker } from '../backends/broker/broker.ts'
import type { Store } from '../backends/store/store.ts'
import type { Daemon } from '../daemons/runtime/daemon.ts'
import { BadInput } from '../domain/errors.ts'
import { allQueues, queueName } from '../domain/queue/queue-name.ts'
import { pause } from '../domain/time/pause.ts'
import type { MadeUpRequest, MadeUpTests } from './made-up-tests.ts'
import { keepStuck, play } from './play-one-test.ts'
import { type ReplayPace, renewed, replay, type Sample, sampleOf } from './replay.ts'
import { type FreeRunners, type SampleTurn, sampleTurns, type TurnKind } from './sample-turns.ts'

export interface SamplePace extends ReplayPace {
  /** How many tests run at once, by who requested them. */
  readonly runners: FreeRunners
  /** How many of the real requests are kept waiting. */
  readonly waiting: number
  /** The interval between looks at the queues. */
  readonly lookMs: number
}

const PACE: SamplePace = {
  runners: { real: 3, archive: 3, people: 8 },
  ...{ waiting: 8, lookMs: 1000, statusMs: 3000, shortestMs: 30_000, longestMs: 150_000 },
}
/** If the made-up world is shown as well: an upload's tests drain while somebody watches. */
const WORLD_PACE: SamplePace = { ...PACE, runners: { real: 3, archive: 12, people: 8 }, waiting: 4 }
/** For this long, things go on by themselves; later a request is made only now and then, as runs fill the disk. */
const LIVELY_MS = 3 * 3_600_000
const CALM_MS = 5 * 60_000

/** What the archive of the made-up world itself requests: all of an upload at once, so that queues grow and drain. */
function archiveRequests({ requestsAt }: MadeUpTests, began = Date.now()) {
  let last: string | undefined
  let calmUntil = 0
  return (now: Date): readonly MadeUpRequest[] => {
    const requests = requestsAt(now)
    const first = requests[0]?.body.replace(/"submit-time": ?"[^"]*"/, '')
    if (now.getTime() - began < LIVELY_MS) {
      if (first === last) return []
      last = first
      return requests
    }
    if (now.getTime() < calmUntil) return []
    calmUntil = now.getTime() + CALM_MS
    return requests.slice(0, 1)
  }
}

/**
 * Plays the workers where there are none: takes real requests from the queues, reports on them like a worker while
 * their real logs grow, and announces their completion. Those runs are known already, so that nothing is recorded
 * twice, however long this goes on. Every other request is played according to `madeUp`, whoever made it, and its
 * result is kept.
 */
export function sampleWorker(
  samples: readonly Sample[],
  madeUp: MadeUpTests,
  options: { readonly world?: boolean; readonly pace?: SamplePace } = {},
): Daemon<'broker' | 'store'> {
  const pace = options.pace ?? (options.world ? WORLD_PACE : PACE)
  return {
    name: 'sample-worker',
    async start({ backends: { broker, store }, settings, log }) {
      const stopping = new AbortController()
      const sampled = [...new Set(samples.map(sample => sample.queue))]
      const queues = [
        ...new Set([...sampled, ...allQueues(settings.releases, settings.arches).map(queueName)]),
      ]
      const archive = options.world ? archiveRequests(madeUp) : () => []
      const turns = sampleTurns(broker, queues, samples)
      const playing = new Map<Promise<void>, TurnKind>()
      let made = 0

      /** Makes new requests until enough are waiting. */
      async function fillUp(): Promise<void> {
        for (const { queue, body } of archive(new Date())) await broker.publish(queue, body)
        const depths = [...(await broker.depths(sampled)).values()]
        const waiting = depths.reduce<number>((sum, depth) => sum + (depth ?? 0), 0)
        for (let n = waiting; n < pace.waiting; n++) {
          const sample = samples[made++ % samples.length] as Sample
          await broker.publish(sample.queue, renewed(sample.request, new Date()))
        }
      }

      function free(): FreeRunners {
        const busy = (kind: TurnKind) => [...playing.values()].filter(one => one === kind).length
        const left = (kind: TurnKind) => pace.runners[kind] - busy(kind)
        return { real: left('real'), archive: left('archive'), people: left('people') }
      }

      async function runTurn(turn: SampleTurn): Promise<void> {
        try {
          const done = await runTaken({ broker, store }, turn, samples, madeUp, pace, stopping.signal)
          if (!done) await broker.publish(turn.queue, turn.body)
        } catch (err) {
          if (err instanceof BadInput) {
            log.warn({ err }, 'a request that no worker can run was dropped')
            return
          }
          log.warn({ err }, 'a sample could not be replayed')
          await pause(pace.longestMs, stopping.signal)
        }
      }

      async function beginAll(): Promise<void> {
        await fillUp()
        for (let turn = await turns.take(free()); turn !== undefined; turn = await turns.take(free())) {
          const played = runTurn(turn).finally(() => playing.delete(played))
          playing.set(played, turn.of)
          if (turn.of === 'real') await fillUp()
        }
      }

      async function work(): Promise<void> {
        while (!stopping.signal.aborted) {
          const isDone = await beginAll().then(
            () => true,
            (err: unknown) => {
              log.warn({ err }, 'no sample could be begun')
              return false
            },
          )
          await pause(isDone ? pace.lookMs : pace.longestMs, stopping.signal)
        }
        await Promise.all(playing.keys())
      }

      await fillUp()
      const working = [work()]
      if (options.world) working.push(keepStuck(broker, madeUp, log, stopping.signal))
      return {
        name: 'sample-worker',
        health: () => ({ ok: true }),
        async stop() {
          stopping.abort()
          await Promise.all(working)
        },
      }
    },
  }
}

/** Runs a request that was taken to its end; false if it was stopped before. */
async function runTaken(
  backends: { readonly broker: Broker; readonly store: Store },
  { queue, body }: SampleTurn,
  samples: readonly Sample[],
  madeUp: MadeUpTests,
  pace: ReplayPace,
  signal: AbortSignal,
): Promise<boolean> {
  const sample = sampleOf(samples, queue, body)
  if (sample !== undefined) return replay(backends, sample, body, pace, signal)
  return play(backends, madeUp.begin(queue, Buffer.from(body), new Date()), pace.statusMs, signal)
}
