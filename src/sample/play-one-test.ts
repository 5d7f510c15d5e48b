import { type Broker, TESTCOMPLETE, TESTSTATUS } from '../backends/broker/broker.ts'
import type { Store } from '../backends/store/store.ts'
import { pause } from '../domain/time/pause.ts'
import type { Log } from '../log.ts'
import type { MadeUpTest, MadeUpTests } from './made-up-tests.ts'

interface PlayBackends {
  readonly broker: Broker
  readonly store: Store
}

/**
 * Plays a made-up test from beginning to end, reporting like a worker with a real one: its log grows, its files are
 * stored, its completion is announced. False if it was stopped before.
 */
export async function play(
  { broker, store }: PlayBackends,
  test: MadeUpTest,
  statusMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1000
  while (elapsed() < test.seconds && !signal.aborted) {
    await broker.publishTo(TESTSTATUS, test.status(elapsed(), true))
    await pause(Math.min(statusMs, Math.max(1, (test.seconds - elapsed()) * 1000)), signal)
  }
  if (signal.aborted) {
    await broker.publishTo(TESTSTATUS, test.status(elapsed(), false))
    return false
  }
  await broker.publishTo(TESTSTATUS, test.status(test.seconds, true))
  const { container, isPrivate, directory, objects, completion } = test.deliver(new Date())
  await store.createContainer(container, isPrivate ? 'private' : 'public')
  for (const [name, bytes] of objects) await store.put(container, `${directory}/${name}`, bytes)
  await broker.publishTo(TESTSTATUS, test.status(test.seconds, false))
  await broker.publishTo(TESTCOMPLETE, completion)
  return true
}

const STUCK_STATUS_MS = 20_000

/** Reports again and again on the one stuck test. */
export async function keepStuck(
  broker: Broker,
  { stuck }: MadeUpTests,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await broker
      .publishTo(TESTSTATUS, stuck(new Date()))
      .catch((err: unknown) => log.warn({ err }, 'the stuck test of the sample could not be told of'))
    await pause(STUCK_STATUS_MS, signal)
  }
}
