/** One waiting request in its public form; null for one that cannot be read. */
export type Shown = string | null

/**
 * A look at a queue: the number of waiting requests, and the oldest of them; undefined if the queue must not
 * be looked into.
 */
export interface Look {
  readonly depth: number
  readonly head: readonly Shown[] | undefined
}

/**
 * What is known of a queue whose messages can only be looked at by taking them away from the workers for a
 * while. A queue is first in, first out: the waiting messages are the oldest known ones (`known`), then
 * unseen ones (`gap` many), then those that were seen to be published (`fresh`). Looks at the head show how
 * far the workers have got.
 */
export interface QueueModel {
  /** A message was published to the queue: it is now the last. */
  publish(request: Shown): void
  /** Publishes may have been missed. */
  lose(): void
  /**
   * The number of publishes seen since the last settlement: read before a look, and passed to {@link settle}.
   */
  seen(): number
  /** Whether nothing can have happened since the last settlement if `depth` messages are waiting. */
  isSettled(depth: number): boolean
  /**
   * Takes into account a look that was taken after `seen` publishes. `following`: no publish was missed since
   * the last settlement, and all before the end of the look have been seen.
   */
  settle(look: Look, seen: number, following: boolean): void
  /** The number of waiting messages, and the oldest of them up to the first gap, in order. */
  content(): { readonly size: number; readonly requests: readonly string[] }
  /** The number of waiting messages that have not been seen. */
  unseen(): number
  /** The number of known messages that cannot be shown. */
  malformed(): number
}

interface ModelState {
  readonly known: readonly Shown[]
  readonly gap: number
  readonly fresh: readonly Shown[]
}

/** The greatest number of publishes between two settlements that are kept. */
const MOST_FRESH = 300_000
/** The greatest number of publishes during one look that are told apart. */
const MOST_LATE = 1000

/** The state after the oldest `count` have been taken. */
function take({ known, gap, fresh }: ModelState, count: number): ModelState {
  if (count < known.length) return { known: known.slice(count), gap, fresh }
  const ofGap = Math.min(gap, count - known.length)
  return { known: [], gap: gap - ofGap, fresh: fresh.slice(count - known.length - ofGap) }
}

const lengthOf = ({ known, gap, fresh }: ModelState): number => known.length + gap + fresh.length

function startsWith(list: readonly Shown[], start: readonly Shown[], from = 0): boolean {
  const end = Math.min(start.length, list.length - from)
  for (let index = 0; index < end; index++) {
    if (list[from + index] !== start[index]) return false
  }
  return true
}

/**
 * The state if the queue can begin with `head`, with the part of the gap that the head shows filled in;
 * undefined if it cannot.
 */
function agree(waiting: ModelState, head: readonly Shown[]): ModelState | undefined {
  const { known, gap, fresh } = waiting
  if (!startsWith(known, head)) return undefined
  const ofGap = head.slice(known.length, known.length + gap)
  const beyond = head.slice(known.length + ofGap.length)
  if (beyond.length > fresh.length || !startsWith(fresh, beyond)) return undefined
  return join({ known: ofGap.length > 0 ? [...known, ...ofGap] : known, gap: gap - ofGap.length, fresh })
}

/** Joins the two parts if there is no gap between them. */
function join({ known, gap, fresh }: ModelState): ModelState {
  return gap > 0 || fresh.length === 0
    ? { known, gap, fresh }
    : { known: known.concat(fresh), gap: 0, fresh: [] }
}

/**
 * All publishes were seen: the last `depth` of them are waiting. Those during the look may or may not be
 * included in it; the head shows which.
 */
function follow(
  before: ModelState,
  late: readonly Shown[],
  { depth, head = [] }: Look,
): ModelState | undefined {
  for (let counted = 0; counted <= Math.min(late.length, MOST_LATE); counted++) {
    const all = { ...before, fresh: before.fresh.concat(late.slice(0, counted)) }
    const taken = lengthOf(all) - depth
    const left = taken < 0 ? undefined : agree(take(all, taken), head)
    if (left !== undefined) return join({ ...left, fresh: left.fresh.concat(late.slice(counted)) })
  }
  return undefined
}

/** The whole queue was seen; its last messages may be the first of those that came during the look. */
function replace(late: readonly Shown[], head: readonly Shown[]): ModelState {
  let counted = Math.min(late.length, head.length)
  while (counted > 0 && !startsWith(late, head.slice(-counted))) counted--
  return { known: head.concat(late.slice(counted)), gap: 0, fresh: [] }
}

/**
 * Publishes were missed: the head is searched for in the known messages, and a gap follows them. Without a
 * head it is uncertain whether any known message is still waiting.
 */
function search(known: readonly Shown[], look: Look): ModelState {
  if (look.head === undefined) return { known: [], gap: look.depth, fresh: [] }
  const rest = known.slice(find(known, look))
  // More than there are: some were removed, and it is unknown which
  const left = rest.length > look.depth || rest.length < look.head.length ? look.head : rest
  return { known: left, gap: Math.max(0, look.depth - left.length), fresh: [] }
}

/**
 * The place of the head in `known`: where it would be if nothing was published, otherwise anywhere; the end
 * if not found.
 */
function find(known: readonly Shown[], { depth, head = [] }: Look): number {
  const likely = Math.max(0, known.length - depth)
  if (likely < known.length && startsWith(known, head, likely)) return likely
  const from = known.findIndex((_, index) => startsWith(known, head, index))
  return from === -1 ? known.length : from
}

/** Begins with the state from the file of an earlier process: the oldest waiting requests, of `size`. */
export function queueModel(initial: { size: number; requests: readonly Shown[] }): QueueModel {
  let state: ModelState = {
    known: initial.requests.slice(0, initial.size),
    gap: Math.max(0, initial.size - initial.requests.length),
    fresh: [],
  }
  let fresh: Shown[] = []
  let followed = false
  let depth = initial.size

  return {
    publish(request) {
      if (fresh.length >= MOST_FRESH) this.lose()
      fresh.push(request)
    },
    lose() {
      followed = false
      fresh = []
    },
    seen: () => fresh.length,
    isSettled: count => followed && fresh.length === 0 && count === lengthOf(state),
    settle(look, seen, following) {
      const late = fresh.slice(seen)
      const before = { ...state, fresh: state.fresh.concat(fresh.slice(0, seen)) }
      const followedTo = followed && following ? follow(before, late, look) : undefined
      const { depth: waiting, head = [] } = look
      const isWhole = head.length >= waiting
      state = followedTo ?? (isWhole ? replace(late, head) : search(state.known, look))
      // If only a part of the queue was seen, it is unknown which of the late ones are in its count
      followed = following && (followedTo !== undefined || isWhole || late.length === 0)
      depth = look.depth
      fresh = []
    },
    content: () => ({
      size: depth,
      requests: state.known.slice(0, depth).filter(request => request !== null),
    }),
    unseen: () => Math.max(0, depth - state.known.length),
    malformed: () => state.known.reduce((count, request) => count + (request === null ? 1 : 0), 0),
  }
}
