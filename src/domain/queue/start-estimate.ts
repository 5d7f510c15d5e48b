import type { QueueKey } from './queue-name.ts'

/** How fast the requests for one arch were taken of late. */
export interface QueuePace {
  /** Tests that began. */
  readonly began: number
  /** In so many minutes. */
  readonly minutes: number
  /** Requests that came for the queues that are taken from before `huge`, in the same time. */
  readonly arrived: number
  /** Nothing waited then: more might have been taken. */
  readonly isIdle?: true
}

/** When something is likely to happen, in seconds from now: before `from` in one case of ten, after `to` in another. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** Fewer say nothing of a pace. */
export const FEW_BEGAN = 3
/** The tenth on each side of a normal distribution, in standard deviations. */
const TENTH = 1.2816
/** The pace itself changes within the time that is looked ahead: so much of it, relative. */
const DRIFT = 0.25
/** Where more comes than is taken, the rest may take for ever: it is not believed to be slower than this share of the pace. */
const SLOWEST = 0.1

type Length = QueueKey & { readonly size: number }

/**
 * How many tests of the same arch begin until a request does, itself included. Workers take from the queues of their arch in
 * turn, and from `huge` when nothing else waits. `least` if nothing comes meanwhile, `most` if what waits in no queue comes
 * to an end before.
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
 * When a waiting request is likely to begin. Undefined where too little moved of late to say.
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
  // What comes meanwhile goes before `huge`
  const left = queue.context === 'huge' ? Math.max(1 - arrived / began, SLOWEST) : 1
  const spread = (turns: number) => Math.exp(TENTH * Math.sqrt(1 / began + 1 / turns + DRIFT ** 2))
  const from = isIdle ? 0 : least / (pace * left) / spread(least)
  return { from, to: (most / (pace * left)) * spread(most) }
}
