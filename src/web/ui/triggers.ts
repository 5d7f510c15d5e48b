import { MIGRATION_REFERENCE, parseTrigger, splitTriggers } from '../../domain/trigger.ts'
import { links } from '../links.ts'
import { type Markup, markup } from './markup.ts'
import { wrapping } from './wrapping.ts'

/** This many stand open; more are folded. */
const OPEN = 3

/** The triggers of a run: three of them, and "47 more" to unfold. */
export function triggerList(triggers: string | null | readonly string[]): Markup {
  const all = typeof triggers === 'string' || triggers === null ? splitTriggers(triggers) : triggers
  return folded(all.map(wrapping))
}

/** The same, each with a link to what is known of its package. */
export function triggerLinks(triggers: readonly string[]): Markup {
  const linked = triggers.map(text => {
    const trigger = parseTrigger(text)
    return trigger === undefined || text === MIGRATION_REFERENCE
      ? wrapping(text)
      : markup`<a href="${links.package(trigger.source)}">${trigger.source}</a>/${wrapping(trigger.version)}`
  })
  return folded(linked)
}

function folded(items: readonly Markup[]): Markup {
  if (items.length === 0) return markup`<span class="quiet">none</span>`
  const list = (some: readonly Markup[]): Markup =>
    markup`<ul class="triggers">${some.map(one => markup`<li>${one}</li>`)}</ul>`
  if (items.length <= OPEN + 1) return list(items)
  const rest = items.slice(OPEN)
  return markup`${list(items.slice(0, OPEN))}<details class="more"><summary>${rest.length} more</summary>${list(rest)}</details>`
}
