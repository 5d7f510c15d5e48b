import { setTimeout as sleep } from 'node:timers/promises'
import { vi } from 'vitest'
import { type Broker, TESTCOMPLETE, TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { type RecordedHour, type RecordedTest, STEP_MS } from './recorded-hour.ts'

const MINUTE_MS = 60_000
const GRACE_PERIOD_MS = 60_000

/** The messages of a minute, counted as they were sent. */
export interface SaidMinute {
  /** How many waited in each queue at its end. */
  readonly waiting: ReadonlyMap<string, number>
  /** How many ran on each arch at its end. */
  readonly running: ReadonlyMap<string, number>
  /** How long each test that began had waited, in seconds. */
  readonly waits: readonly number[]
  readonly ended: number
  readonly passed: number
}

/** Whether the messages have been taken in, and what else is to be done at the moments of the recording. */
export interface Listeners {
  /** The seconds after which each running test last reported, by its name. */
  isRunning(expected: ReadonlyMap<string, number>): boolean
  /** By the names of queues. */
  isWaiting(expected: ReadonlyMap<string, number>): boolean
  isRecorded(completions: number): Promise<boolean>
  /** After a minute has begun, in milliseconds since 1970, before anything happens in it. */
  onMinute(at: number): Promise<void>
  onEnd(test: RecordedTest): Promise<void>
}

/**
 * Waits for a condition that soon becomes true. The clock of the recording stands still meanwhile: a busy machine
 * only takes longer. Stopped timers would wait for ever, so this function counts for itself.
 */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const began = performance.now()
  while (!(await isTrue())) {
    if (performance.now() - began > GRACE_PERIOD_MS) throw new Error(`never came: ${what}`)
    await sleep(5)
  }
}

/**
 * Sends all messages of a recorded hour through a broker, each at its moment; the clock goes on when all have been
 * received. Dates must be faked. Returns the messages of each minute, by its beginning.
 */
export async function playHour(
  { from, to, tests }: RecordedHour,
  broker: Broker,
  listeners: Listeners,
): Promise<Map<number, SaidMinute>> {
  const said = new Map<number, SaidMinute>()
  const waiting = new Map<string, number>()
  const running = new Map<RecordedTest, number>()
  let completions = 0
  let waits: number[] = []
  let ends: RecordedTest[] = []

  const isHeardOfRunning = () =>
    listeners.isRunning(new Map([...running].map(([{ id, began }, last]) => [id, (last - began) / 1000])))

  async function ask(test: RecordedTest): Promise<void> {
    await broker.publish(test.queue, test.body)
    waiting.set(test.queue, (waiting.get(test.queue) ?? 0) + 1)
  }

  /**
   * Takes the request; while somebody looks at a queue, a worker may receive another request than the oldest, and
   * gives it back.
   */
  async function begin(test: RecordedTest, now: number): Promise<void> {
    const isTaken = () =>
      broker
        .take(test.queue, ({ body }) => {
          if (Buffer.from(body).toString('utf8') !== test.body) throw new Error('another is the next')
        })
        .then(
          taken => taken !== undefined,
          () => false,
        )
    await until(isTaken, `${test.package} in ${test.queue}`)
    waiting.set(test.queue, (waiting.get(test.queue) ?? 0) - 1)
    running.set(test, now)
    waits.push((now - test.asked) / 1000)
  }

  async function end(test: RecordedTest, now: number): Promise<void> {
    await broker.publishTo(TESTSTATUS, test.status(now, true))
    await broker.publishTo(TESTSTATUS, test.status(now, false))
    await broker.publishTo(TESTCOMPLETE, test.completion)
    running.delete(test)
    completions++
    ends.push(test)
  }

  async function step(now: number): Promise<void> {
    for (const test of tests) if (test.asked === now) await ask(test)
    const ending = [...running.keys()].filter(({ ended }) => ended === now)
    for (const test of ending) await end(test, now)
    for (const test of tests) if (test.began === now) await begin(test, now)
    for (const test of running.keys()) {
      await broker.publishTo(TESTSTATUS, test.status(now, true))
      running.set(test, now)
    }
    await until(isHeardOfRunning, 'what runs')
    for (const test of ending) await listeners.onEnd(test)
  }

  function sayMinute(at: number): void {
    const byArch = new Map<string, number>()
    for (const { arch } of running.keys()) byArch.set(arch, (byArch.get(arch) ?? 0) + 1)
    const passed = ends.filter(test => test.passed).length
    said.set(at, { waiting: new Map(waiting), running: byArch, waits, ended: ends.length, passed })
    ;[waits, ends] = [[], []]
  }

  for (let minute = from; minute < to; minute += MINUTE_MS) {
    for (let now = minute; now < minute + MINUTE_MS; now += STEP_MS) {
      vi.setSystemTime(now)
      if (now === minute) await listeners.onMinute(now)
      await step(now)
    }
    await until(() => listeners.isWaiting(waiting), 'what waits')
    await until(() => listeners.isRecorded(completions), 'what has ended')
    sayMinute(minute)
  }
  vi.setSystemTime(to)
  await listeners.onMinute(to)
  return said
}
