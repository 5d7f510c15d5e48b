import { isReference, parseTrigger, splitTriggers } from '../../../domain/trigger/trigger.ts'
import { links } from '../../links.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { wrapping } from '../markup/wrapping.ts'

/** This many stand open; more are folded. */
const OPEN = 3
/** Of more the first are shown, in a row of a list and on the page of the run: each row has its own. */
const MOST_IN_ROW = 100
const MOST = 1000
/** As long as so many are; longer texts come from rows that others have written. */
const LONGEST_IN_ROW = 10_000

/**
 * The triggers of a run or request, each with a link to what became of it: three of them, and "47 more" to unfold.
 * @param most of a list that is longer the first are shown
 */
export function triggerList(triggers: string | null | readonly string[], most = MOST_IN_ROW): Markup {
  const isText = typeof triggers === 'string'
  const all = isText ? splitTriggers(triggers.slice(0, LONGEST_IN_ROW)) : (triggers ?? [])
  const isCut = all.length > most || (isText && triggers.length > LONGEST_IN_ROW)
  return folded(all.slice(0, most).map(triggerLink), all.length, isCut ? 'There are more.' : undefined)
}

/**
 * The same for the page of a run, where the source leads to its package, and the version to the outcomes of the
 * trigger.
 */
export function triggerLinks(triggers: readonly string[]): Markup {
  const linked = triggers.slice(0, MOST).map(text => {
    const trigger = parseTrigger(text)
    return trigger === undefined || isReference(trigger)
      ? triggerLink(text)
      : markup`
        <a href="${links.package({ package: trigger.source })}">${trigger.source}</a>/
        <a href="${links.trigger(trigger)}">${wrapping(trigger.version)}</a>
      `
  })
  const rest = triggers.length - MOST
  return folded(linked, triggers.length, rest > 0 ? `${rest} more are not shown; see the log.` : undefined)
}

/** A trigger as text, with a link to its outcomes; an invalid one stays plain text. */
export function triggerLink(text: string): Markup {
  const trigger = parseTrigger(text)
  return trigger === undefined
    ? wrapping(text)
    : markup`<a href="${links.trigger(trigger)}">${wrapping(text)}</a>`
}

/**
 * @param total how many there are, as far as they were counted
 * @param cut what is said where these items are not all
 */
function folded(items: readonly Markup[], total: number, cut: string | undefined): Markup {
  if (items.length === 0) return markup`<span class="quiet">none</span>`
  const list = (some: readonly Markup[]): Markup =>
    markup`<ul class="triggers">${some.map(one => markup`<li>${one}</li>`)}</ul>`
  if (items.length <= OPEN + 1) return list(items)
  const rest = items.slice(OPEN)
  return markup`
    ${list(items.slice(0, OPEN))}
    <details class="more">
      <summary>${total - OPEN} more</summary>
      ${list(rest)}
      ${cut === undefined ? NOTHING : markup`<p class="quiet">${cut}</p>`}
    </details>
  `
}
