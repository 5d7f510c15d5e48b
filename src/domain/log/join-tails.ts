/** What a look at the end of a growing log adds to what was known of it. */
export interface Joined {
  /** What is new; '' where nothing is. */
  readonly text: string
  /** Whether it follows on what was known, or something between them was never seen. */
  readonly follows: boolean
}

/** What a worker puts between the first lines and the last; see `logtail`. */
const BETWEEN = /\[\.\.\. 🠉 HEAD 🠉 \.\.\. 🠋 TAIL 🠋 \.\.\.\]\n/
/** A log that is shown with fewer bytes is shown whole: a worker shows 2,000 bytes of its end besides its first lines. */
const SHOWN_WHOLE = 1_950
/** Fewer characters that agree may do so by chance. */
const SURE = 24
/** A character of which only the first bytes were there yet. */
const HALF = /\ufffd+$/

/** The two parts of what a worker shows of a log; a text of another form is all end. */
function splitTail(logtail: string): { readonly head: string; readonly end: string } {
  const found = BETWEEN.exec(logtail)
  if (found === null) return { head: '', end: logtail }
  const head = logtail.slice(0, found.index)
  const end = logtail.slice(found.index + found[0].length)
  return { head: end === '' ? head.replace(HALF, '') : head, end }
}

/**
 * How much of the end of one text is the beginning of another: the longest such piece. Linear in their lengths (the
 * failure function of Knuth, Morris and Pratt), as strangers print what is compared.
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
 * Joins what a worker shows of a log to what was known of it. Where a log says the same again and again, no more is
 * believed to be new than must be.
 * @param known the end of what was seen before; '' at the beginning
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

/** Of a log that was not seen before: what its first lines and its end have in common stands once. */
function beginning(head: string, end: string): Joined {
  const overlap = overlapOf(head, end)
  if (overlap >= SURE) return { text: head + end.slice(overlap), follows: true }
  // What lies between is told as missing when the end is looked at next
  return { text: isWhole(head, end) ? head + end : head || end, follows: true }
}

/** Whether nothing lies between the two. */
function isWhole(head: string, end: string): boolean {
  return new TextEncoder().encode(head + end).length < SHOWN_WHOLE
}
