import { hasPassed, type Verdict } from '../../../../domain/run/verdict.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { BADGE_COLOURS } from '../../../ui/facts/verdict-colours.ts'
import { showControls } from '../../../ui/markup/control-characters.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

/** What a badge says, and in which colour. */
export interface BadgeWords {
  readonly text: string
  readonly colour: string
}

/** The verdicts of a badge's tests in words: the one there is, that all pass, or how many came to what else. */
export function badgeWords(verdicts: readonly Verdict[]): BadgeWords {
  const [only, ...others] = verdicts
  if (only === undefined) return { text: 'unknown', colour: BADGE_COLOURS.unknown }
  if (others.length === 0) return { text: only, colour: BADGE_COLOURS[only] }
  const counts = new Map<Verdict, number>()
  for (const verdict of verdicts) {
    if (!hasPassed(verdict)) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  }
  const bad = [...counts].sort(([, a], [, b]) => b - a)
  const [most] = bad
  if (most === undefined) {
    const word = verdicts.every(one => one === only) ? only : 'pass'
    return { text: `all ${count(verdicts.length)} ${word}`, colour: BADGE_COLOURS[word] }
  }
  const said = bad.map(([verdict, times]) => `${count(times)} ${verdict}`).join(', ')
  return { text: `${said} of ${count(verdicts.length)}`, colour: BADGE_COLOURS[most[0]] }
}

/** Longer labels are cut: a badge stands in a line. */
const LONGEST_LABEL = 48
/** Of a character, about; the text is fitted to it. In pixels, as all below. */
const CHARACTER = 6.6
const PADDING = 6
const HEIGHT = 20
const BASELINE = 14

/** A badge as SVG: two words on two colours, without script, and read aloud as one line. */
export function badgeSvg(label: string, { text, colour }: BadgeWords): string {
  const shown = label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1).toWellFormed()}…` : label
  const [left, right] = [widthOf(shown), widthOf(text)]
  const said = `${label}: ${text}`
  return showControls(
    String(markup`
      <svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}"
        role="img" aria-label="${said}">
        <title>${said}</title>
        <rect width="${left}" height="${HEIGHT}" fill="#3b3936"/>
        <rect x="${left}" width="${right}" height="${HEIGHT}" fill="${colour}"/>
        <g fill="#fff" font-family="Ubuntu,Verdana,DejaVu Sans,sans-serif" font-size="11">
          ${word(shown, 0, left)}${word(text, left, right)}
        </g>
      </svg>
    `),
  )
}

const widthOf = (text: string): number => Math.ceil(text.length * CHARACTER) + 2 * PADDING

const word = (text: string, x: number, width: number): Markup => markup`
  <text x="${x + PADDING}" y="${BASELINE}"
    textLength="${width - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">${text}</text>
`
