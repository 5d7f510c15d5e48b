import type { Between, ExpectedStart } from '../../../queries/queues/expected-start.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { timeElement } from './time.ts'

/** `2026-11-30 02:15`, in UTC. No time element: script would write beside it how long ago that was. */
const moment = (date: Date): string => date.toISOString().slice(0, 16).replace('T', ' ')

/** The day once, where both are on it. */
function rangeText({ from, to }: Between, and: string): string {
  const [first, last] = [moment(from), moment(to)]
  const isSameDay = first.slice(0, 10) === last.slice(0, 10)
  return `${first} ${and} ${isSameDay ? last.slice(11) : last}`
}

/** When a request is likely to start and end, as a sentence. */
export function expectedText(expected: ExpectedStart, arch: string): Markup {
  if (!expected.isKnown) {
    return expected.still === undefined
      ? markup`Its start cannot be estimated: there are too few recent starts on ${arch}.`
      : markup`
        Its start cannot be estimated: no test has started on ${arch} since${' '}
        ${timeElement(expected.still.getTime())}.
      `
  }
  const end =
    expected.end === undefined ? NOTHING : markup`, and to end between ${rangeText(expected.end, 'and')}`
  return markup`
    It is likely to start between ${rangeText(expected.start, 'and')}${end} UTC (with a probability of 80%, at the
    pace of the last hour).
  `
}

/** The same in a cell of a table. */
export function expectedCell(expected: ExpectedStart | undefined): Markup {
  if (expected === undefined) return NOTHING
  if (expected.isKnown) return markup`${rangeText(expected.start, 'to')}`
  return markup`<span class="quiet">not known</span>`
}
