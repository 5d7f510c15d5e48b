/** What the latest end of a growing log adds to the text that is known. */
export interface Joined {
  /** The new text; '' if there is none. */
  readonly text: string
  /** Whether it directly follows the known text; if not, something between them was never seen. */
  readonly follows: boolean
}

/** The text that a worker puts between the first lines and the last; see `logtail`. */
const BETWEEN = /\[\.\.\. 🠉 HEAD 🠉 \.\.\. 🠋 TAIL 🠋 \.\.\.\]\n/
/**
 * Up to this many bytes a log is shown whole: a worker shows the last 2,000 bytes in addition to the first
 * lines.
 */
const SHOWN_WHOLE = 1_950
/** Fewer characters than this may agree by chance. */
const SURE = 24
/** An incomplete character, of which only the first bytes were there. */
const HALF = /\ufffd+$/

/** The two parts of what a worker shows of a log; a text of another form is treated as the end. */
function splitTail(logtail: string): { readonly head: string; readonly end: string } {
  const found = BETWEEN.exec(logtail)
  if (found === null) return { head: '', end: logtail }
  const head = logtail.slice(0, found.index)
  const end = logtail.slice(found.index + found[0].length)
  return { head: end === '' ? head.replace(HALF, '') : head, end }
}

/**
 * The length of the longest end of one text that is the beginning of another. Linear in their lengths (the
 * failure function of Knuth, Morris and Pratt), as the texts come from untrusted programs.
 */
export function overlapOf(known: string, next: string): number {
  const tail = known.slice(-next.length)
  const failure = new Uint32Array(next.length)
  for (let at = 1, length = 0; at < next.length; at++) {
    while (length > 0 && next[at] !== next[length]) length = failure[length - 1] as number
    if (next[at] === next[length]) length++
    failure[at] = length
  }
  let length = 0
  for (const char of tail.split('')) {
    while (length > 0 && (length === next.length || char !== next[length]))
      length = failure[length - 1] as number
    if (char === next[length]) length++
  }
  return length
}

/**
 * Joins what a worker shows of a log to the known text. If a log repeats itself, as little as possible counts
 * as new.
 * @param known the end of the text that was seen before; '' at the beginning
 */
export function joinTail(known: string, logtail: string): Joined {
  const { head, end } = splitTail(logtail.replace(HALF, ''))
  if (known === '') return beginning(head, end)
  if ((head + end).startsWith(known) && isWhole(head, end)) {
    return { text: (head + end).slice(known.length), follows: true }
  }
  const overlap = overlapOf(known, end)
  if (overlap === end.length || overlap >= SURE) return { text: end.slice(overlap), follows: true }
  return { text: end, follows: false }
}

/**
 * The beginning of a log that was not seen before: text that its first lines and its end share is included
 * once.
 */
function beginning(head: string, end: string): Joined {
  const overlap = overlapOf(head, end)
  if (overlap >= SURE) return { text: head + end.slice(overlap), follows: true }
  // The part in between is reported as missing when the next end arrives
  return { text: isWhole(head, end) ? head + end : head || end, follows: true }
}

/** Whether nothing is missing between the two. */
function isWhole(head: string, end: string): boolean {
  return new TextEncoder().encode(head + end).length < SHOWN_WHOLE
}
