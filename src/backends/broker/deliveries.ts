import { messageOf } from '../../domain/errors.ts'
import { pause } from '../../domain/time/pause.ts'
import type { Log } from '../../log.ts'
import type { Delivery, DeliveryHandler, DeliveryOutcome } from './broker.ts'

/** The minimum pause before a failed handler gets its delivery back, so that it does not spin. */
const REJECTED_PAUSE_MS = 1000
const REASON_CHARACTERS = 500

/** The handler's outcome; a failure is logged and becomes `requeue` after a pause (none once `closing`). */
export async function handleDelivery(
  handle: DeliveryHandler,
  delivery: Delivery,
  options: { readonly queue: string; readonly log: Log; readonly closing: AbortSignal },
): Promise<DeliveryOutcome> {
  try {
    return await handle(delivery)
  } catch (error) {
    options.log.warn(
      { queue: options.queue, err: messageOf(error) },
      'a message could not be handled; it is returned to its queue',
    )
    await pause(REJECTED_PAUSE_MS, options.closing)
    return 'requeue'
  }
}

/** The headers of a dead letter: the reason, in one bounded line, and where it came from. */
export function deadLetterHeaders(
  reason: string,
  from: { readonly exchange: string; readonly queue: string },
): Record<string, string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const line = reason.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, REASON_CHARACTERS)
  return { 'x-reason': line, 'x-exchange': from.exchange, 'x-queue': from.queue }
}
