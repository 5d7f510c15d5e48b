import type { QueueKey } from './queue-name.ts'

/** How fast the requests for one arch were taken recently. */
export interface QueuePace {
  /** Tests that began. */
  readonly began: number
  /** The length of the period, in minutes. */
  readonly minutes: number
  /** Requests that arrived in the queues that take precedence over `huge`, in the same period. */
  readonly arrived: number
  /** Nothing was waiting: more might have been taken. */
  readonly isIdle?: true
}

/**
 * When something is likely to happen, in seconds from now: in one case of ten it is before `from`, in another
 * after `to`.
 */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** Fewer begun tests than this do not show a pace. */
export const FEW_BEGAN = 3
/** The tenth on each side of a normal distribution, in standard deviations. */
const TENTH = 1.2816
/** The relative change of the pace itself within the time that is estimated. */
const DRIFT = 0.25
/**
 * If more requests arrive than are taken, the rest may take for ever: the pace is not assumed to be below
 * this share.
 */
const SLOWEST = 0.1

type Length = QueueKey & { readonly size: number }

/**
 * The number of tests of the same arch that begin up to and including a request. Workers take from the queues
 * of their arch in turn, and from `huge` when nothing else is waiting. `least` if nothing arrives meanwhile,
 * `most` if no queue runs empty before.
 */
export function turnsUntil(
  queue: QueueKey,
  place: number,
  lengths: readonly Length[],
): { readonly least: number; readonly most: number } {
  const isHuge = queue.context === 'huge'
  let [least, most] = [place, place]
  for (const other of lengths) {
    const isSame = other.context === queue.context && other.release === queue.release
    if (other.arch !== queue.arch || other.size === 0 || isSame) continue
    if (isHuge && other.context !== 'huge') {
      least += other.size
      most += other.size
    } else if (isHuge || other.context !== 'huge') {
      least += Math.min(other.size, place)
      most += place
    }
  }
  return { least, most }
}

/**
 * When a waiting request is likely to begin. Undefined if too few tests began recently to tell.
 * @param place in its queue, from 1
 * @param lengths of all queues of the arch
 */
export function startRange(
  queue: QueueKey,
  place: number,
  lengths: readonly Length[],
  { began, minutes, arrived, isIdle }: QueuePace,
): TimeRange | undefined {
  if (began < FEW_BEGAN) return undefined
  const { least, most } = turnsUntil(queue, place, lengths)
  const pace = began / (minutes * 60)
  // Requests that arrive meanwhile take precedence over `huge`
  const left = queue.context === 'huge' ? Math.max(1 - arrived / began, SLOWEST) : 1
  const spread = (turns: number) => Math.exp(TENTH * Math.sqrt(1 / began + 1 / turns + DRIFT ** 2))
  const from = isIdle ? 0 : least / (pace * left) / spread(least)
  return { from, to: (most / (pace * left)) * spread(most) }
}
