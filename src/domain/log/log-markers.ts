import { PROGRAM_NAMES } from './log-lines.ts'

/** The meaning of a line of autopkgtest's own, as far as sections are concerned. */
export interface Marker {
  readonly what: 'error' | 'summary' | 'preparing' | 'output' | 'ended' | 'results' | 'printed'
  /** The test's name; '' for an error and for the summary. */
  readonly name: string
}

/** A line, cut where autopkgtest's own text begins. */
export interface CutLine {
  /** The text before it: '', output without a newline at its end, a prompt, a result. */
  readonly before: string
  /** autopkgtest's own texts in order, nearly always one. */
  readonly own: readonly string[]
}

/** The length of `[HH:MM:SS`, which precedes the `]: ` that is searched for. */
const CLOCK = 9

/**
 * Finds `autopkgtest [HH:MM:SS]: TEXT` anywhere in a line without escapes. From 5.29 on each line begins with
 * the seconds since the start (`%3ds `).
 */
export function cutLine(line: string): CutLine {
  const own: string[] = []
  let before: string | undefined
  let begin = 0
  for (let at = line.indexOf(']: '); at !== -1; at = line.indexOf(']: ', at + 1)) {
    const start = startOfHead(line, at)
    if (start === undefined || start < begin) continue
    const text = withoutLastSeconds(line.slice(begin, start))
    if (before === undefined) before = text
    else own.push(text)
    begin = at + 3
  }
  if (before === undefined) return { before: line, own }
  own.push(line.slice(begin).trimEnd())
  return { before, own }
}

/** Where the program's name begins before a `]: `, if the two form such a head. */
function startOfHead(line: string, bracket: number): number | undefined {
  const open = bracket - CLOCK
  if (open < 1 || line[open] !== '[' || line[open - 1] !== ' ') return undefined
  for (let place = 1; place < CLOCK; place++) {
    const char = line[open + place] as string
    if (place % 3 === 0 ? char !== ':' : char < '0' || char > '9') return undefined
  }
  const name = PROGRAM_NAMES.find(one => line.startsWith(one, open - 1 - one.length))
  return name === undefined ? undefined : open - 1 - name.length
}

/** Where a line continues after the seconds since the start, whatever their number; 0 if it has none. */
export function endOfSeconds(line: string): number {
  let at = 0
  while (line[at] === ' ') at++
  const digits = at
  while (isDigit(line[at])) at++
  return at > digits && line[at] === 's' && line[at + 1] === ' ' ? at + 2 : 0
}

/** Removes the seconds of a line that was joined to the text before it. */
function withoutLastSeconds(text: string): string {
  if (!text.endsWith('s ')) return text.trimEnd()
  let at = text.length - 2
  while (isDigit(text[at - 1])) at--
  return (at < text.length - 2 ? text.slice(0, at) : text).trimEnd()
}

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9'

/** Undefined for a text that says nothing about sections. */
export function readMarker(own: string): Marker | undefined {
  if (own.startsWith('ERROR:')) return { what: 'error', name: '' }
  if (own.startsWith('@@@')) return isSummary(own) ? { what: 'summary', name: '' } : undefined
  if (!own.startsWith('test ')) return undefined
  const colon = own.indexOf(': ', 5)
  const name = own.slice(5, colon)
  if (colon === -1 || name === '' || /\s/.test(name)) return undefined
  const what = whatOfTest(own.slice(colon + 2))
  return what && { what, name }
}

/** There are 23 dashes, or ten with a blank before each; fewer are accepted as well. */
function whatOfTest(text: string): Marker['what'] | undefined {
  if (isSaid('preparing testbed', text)) return 'preparing'
  if (text.startsWith('[---')) return 'output'
  if (text.startsWith('---')) return 'ended'
  if (!text.startsWith(' - - ')) return undefined
  let word = 0
  while (text[word] === ' ' || text[word] === '-') word++
  return isSaid('results', text.slice(word)) ? 'results' : 'printed'
}

function isSummary(own: string): boolean {
  let at = 0
  while (own[at] === '@') at++
  return own[at] === ' ' && isSaid('summary', own.slice(at + 1))
}

/** Whether a text begins with these words, or with as much of them as was not cut off. */
const isSaid = (words: string, text: string): boolean =>
  text.startsWith(words) || (text.length >= 3 && words.startsWith(text))
