/** The number of first lines, and of last bytes, that workers show of the log of a running test. */
const HEAD_LINES = 5
export const TAIL_BYTES = 2000
const BETWEEN = '[... 🠉 HEAD 🠉 ... 🠋 TAIL 🠋 ...]\n'
const NEWLINE = 10

/** The end of the first lines; the whole length if there are fewer. */
function endOfHead(log: Uint8Array): number {
  let end = 0
  for (let line = 0; line < HEAD_LINES; line++) {
    const at = log.indexOf(NEWLINE, end)
    if (at < 0) return log.length
    end = at + 1
  }
  return end
}

/**
 * What a worker reports of a growing log: its first lines, a mark, and its last bytes without the incomplete
 * first line of those. `start` is the beginning of the log and `end` its last {@link TAIL_BYTES}, or as much
 * as there is. A log that is shorter than the tail is shown once; in a longer one the two may overlap, as
 * they always have. An empty log gives an empty text.
 */
export function logtail(start: Uint8Array, end: Uint8Array): string {
  if (start.length === 0) return ''
  const utf8 = new TextDecoder()
  const head = endOfHead(start)
  const rest = end.length < TAIL_BYTES ? end.subarray(head) : end.subarray(end.indexOf(NEWLINE) + 1)
  return `${utf8.decode(start.subarray(0, head))}${BETWEEN}${utf8.decode(rest)}`
}
