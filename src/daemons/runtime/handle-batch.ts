import type { DeliveryOutcome } from '../../backends/broker/broker.ts'
import { BadInput, messageOf, Unavailable } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'

/** The outcome of a message: one word for the metrics, or the reason why it cannot be processed. */
export type Handled = string | { readonly deadLetter: string }

/** A message that was taken and is not done with. */
export interface Item<T> {
  readonly message: T
  readonly since: number
  /** How often it failed alone while others did not. */
  strikes: number
  settle(outcome: DeliveryOutcome): void
}

export interface BatchResult<I> {
  readonly passed: number
  /** What must be tried again, and the first reason. */
  readonly failed: readonly I[]
  readonly error: unknown
}

interface BatchReport {
  count(outcome: string, count: number): void
  readonly log: Log
}

/** How many failures, each while another message passed, make a message poisonous. */
const STRIKES = 3
/** How many failures in a row without a success show that the messages are not at fault. */
const GIVE_UP = 5

function settle<T>(items: readonly Item<T>[], handled: readonly Handled[], report: BatchReport): void {
  const counts = new Map<string, number>()
  if (handled.length !== items.length)
    throw new Error('the handler did not return an outcome for every message')
  items.forEach((item, index) => {
    const outcome = handled[index] as Handled
    const word = typeof outcome === 'string' ? outcome : 'dead-letter'
    counts.set(word, (counts.get(word) ?? 0) + 1)
    if (typeof outcome !== 'string') {
      report.log.warn(
        { reason: outcome.deadLetter },
        'a message cannot be processed and goes to the dead letters',
      )
    }
    item.settle(typeof outcome === 'string' ? 'ack' : outcome)
  })
  for (const [word, count] of counts) report.count(word, count)
}

/**
 * Has a batch handled and settles its messages. If a batch fails for another reason than an unavailable peer, it is
 * retried message by message, so that a poisonous message does not block the others; a message counts as poisonous
 * only if others pass while it fails, as a failing database must never cost a message.
 */
export async function handleBatch<T, I extends Item<T> = Item<T>>(
  batch: readonly I[],
  handle: (messages: readonly T[]) => Promise<readonly Handled[]>,
  report: BatchReport,
): Promise<BatchResult<I>> {
  try {
    settle(batch, await handle(batch.map(item => item.message)), report)
    return { passed: batch.length, failed: [], error: undefined }
  } catch (error) {
    if (error instanceof Unavailable || (batch.length === 1 && !(error instanceof BadInput))) {
      return { passed: 0, failed: batch, error }
    }
  }
  const failed: { item: I; error: unknown }[] = []
  let passed = 0
  let tried = 0
  for (const item of batch) {
    tried++
    try {
      settle([item], await handle([item.message]), report)
      passed++
    } catch (error) {
      if (error instanceof BadInput) {
        settle([item], [{ deadLetter: messageOf(error) }], report)
        continue
      }
      failed.push({ item, error })
      if (error instanceof Unavailable || (passed === 0 && failed.length === GIVE_UP)) break
    }
  }
  const untried = batch.slice(tried)
  const again = passed === 0 ? failed : failed.filter(({ item, error }) => !isPoison(item, error, report))
  return { passed, failed: [...untried, ...again.map(one => one.item)], error: failed[0]?.error }
}

/** Counts a strike, and gets rid of the message with the last one. */
function isPoison<T>(item: Item<T>, error: unknown, report: BatchReport): boolean {
  if (error instanceof Unavailable || ++item.strikes < STRIKES) return false
  settle([item], [{ deadLetter: messageOf(error) }], report)
  return true
}
