import { seenForm } from '../../ui/unseen.ts'

/**
 * The text of a log line as HTML. What a terminal would act on is shown, never obeyed: colours and cursor
 * movements are left out, other control characters and those that change the direction of writing are made
 * visible, bytes that are not UTF-8 become U+FFFD.
 */

const ESC = '\u001b'
const BELL = '\u0007'
/** Control sequences (ECMA-48 5.4), operating system commands, and other escapes of two bytes. */
const ESCAPES = new RegExp(
  String.raw`${ESC}(?:\[[0-?]*[ -/]*[@-~]|\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\)?|[ -/]*[0-~])`,
  'g',
)

/** All that cannot stand in HTML as it is: markup, control characters but tab, bidirectional controls. */
const SPECIAL = /[&<>"']|(?!\t)\p{Cc}|\p{Bidi_C}/u
const EACH_SPECIAL = new RegExp(SPECIAL.source, 'gu')

const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function visible(char: string): string {
  return MARKUP[char] ?? seenForm(char)
}

/** Escapes one line, without its newline, for the inside of an element. */
export function lineHtml(line: string): string {
  if (!SPECIAL.test(line)) return line
  const text = line.replace(ESCAPES, '')
  if (!text.includes('\r')) return escapeText(text)
  return overwritten(text.split('\r').filter(state => state !== ''))
}

const escapeText = (text: string): string => text.replace(EACH_SPECIAL, visible)

/** What a terminal shows in the end of a line that goes back to its start, as a progress bar does. */
function overwritten(states: readonly string[]): string {
  const last = escapeText(states.at(-1) ?? '')
  return states.length < 2 ? last : `${last} <i>(after ${states.length - 1} overwritten)</i>`
}
