/** A piece of a note's text; a link if it has an address. */
export interface NotePiece {
  readonly text: string
  readonly href?: string
}

/** A bug or a page that a note names. */
export interface NoteLink {
  /** `LP #123`, `Debian #123`, or the address without its scheme. */
  readonly name: string
  readonly href: string
}

const LONGEST_NAME = 60
/**
 * Addresses, and bugs as changelogs name them: `LP: #123, #124` (Launchpad), `Closes: #123, bug#124` (Debian
 * Policy 4.4).
 */
const LINK =
  /https?:\/\/[^\s<>"'`]{1,2000}|\b(?:LP|Closes): {0,3}(?:bug ?)?#\d{1,10}(?:, {0,3}(?:bug ?)?#\d{1,10}){0,30}/gi
const BUG = /#(\d{1,10})/g
/** Punctuation after an address that is not part of it. */
const AFTER = '.,;:!?\'")]}'

/** A note's text in pieces, in order; joined, they are the text. */
export function notePieces(text: string): NotePiece[] {
  return linked(text).map(({ name: _, ...piece }) => piece)
}

/** The bugs and pages that a note names, in order, each once. */
export function noteLinks(text: string): NoteLink[] {
  const found = new Map<string, NoteLink>()
  for (const { name, href } of linked(text)) {
    if (name !== undefined && href !== undefined && !found.has(href)) found.set(href, { name, href })
  }
  return [...found.values()]
}

type Linked = NotePiece & { readonly name?: string }

function linked(text: string): Linked[] {
  const pieces: Linked[] = []
  let end = 0
  for (const { 0: match, index } of text.matchAll(LINK)) {
    if (index > end) pieces.push({ text: text.slice(end, index) })
    pieces.push(...(/^http/i.test(match) ? addressIn(match) : bugsIn(match)))
    end = index + match.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

function addressIn(match: string): Linked[] {
  const length = endOfAddress(match)
  const [address, rest] = [match.slice(0, length), match.slice(length)]
  if (!URL.canParse(address)) return [{ text: match }]
  const name = address.replace(/^https?:\/\//i, '')
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name
  const piece = { text: address, href: new URL(address).href, name: short }
  return rest === '' ? [piece] : [piece, { text: rest }]
}

/**
 * The end of an address without the punctuation after it; a bracket that is opened inside is closed inside,
 * as in (https://en.example/a_(b)).
 */
function endOfAddress(match: string): number {
  const [opened, closed] = ['(', ')'].map(one => match.split(one).length) as [number, number]
  let unopened = closed - opened
  let end = match.length
  for (; end > 0 && AFTER.includes(match[end - 1] as string); end--) {
    if (match[end - 1] !== ')') continue
    if (unopened <= 0) break
    unopened -= 1
  }
  return end
}

/** The bugs of a match: the first with the word before it, the others alone. */
function bugsIn(match: string): Linked[] {
  const isLaunchpad = /^lp/i.test(match)
  const pieces: Linked[] = []
  let end = 0
  for (const { 0: bug, 1: number, index } of match.matchAll(BUG)) {
    const from = pieces.length === 0 ? 0 : index
    if (from > end) pieces.push({ text: match.slice(end, from) })
    end = index + bug.length
    pieces.push({
      text: match.slice(from, end),
      href: isLaunchpad ? `https://bugs.launchpad.net/bugs/${number}` : `https://bugs.debian.org/${number}`,
      name: `${isLaunchpad ? 'LP' : 'Debian'} #${number}`,
    })
  }
  return pieces
}
