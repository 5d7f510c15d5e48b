import { looksLike, type SubtestResult } from '../../../domain/run/subtest.ts'
import type { Verdict } from '../../../domain/run/verdict.ts'
import { type Markup, markup } from '../markup/markup.ts'

/** What a mark can say: a verdict, a state before one, or that there is none. */
export type MarkWord = Verdict | 'running' | 'queued' | 'none'

/** A verdict as its word; the style adds icon and colour by the class, so that the text is the word alone. */
export function verdictMark(word: MarkWord): Markup {
  return markup`<span class="v ${word}">${word}</span>`
}

/** The same as a link. */
export function verdictLink(word: MarkWord, href: string): Markup {
  return markup`<a class="v ${word}" href="${href}">${word}</a>`
}

/** The result of one test inside a run, in autopkgtest's own capitals. */
export function subtestMark(result: SubtestResult): Markup {
  return markup`<span class="v ${looksLike(result)}">${result}</span>`
}
