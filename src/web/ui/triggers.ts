import { splitTriggers } from '../../domain/trigger.ts'
import { type Markup, markup } from './markup.ts'
import { wrapping } from './wrapping.ts'

/** This many stand open; more are folded. */
const OPEN = 3

const item = (trigger: string): Markup => markup`<li>${wrapping(trigger)}</li>`

/** The triggers of a run: three of them, and "47 more" to unfold. */
export function triggerList(triggers: string | null | readonly string[]): Markup {
  const all = typeof triggers === 'string' || triggers === null ? splitTriggers(triggers) : triggers
  if (all.length === 0) return markup`<span class="quiet">none</span>`
  if (all.length <= OPEN + 1) return markup`<ul class="triggers">${all.map(item)}</ul>`
  const rest = all.slice(OPEN)
  return markup`<ul class="triggers">${all.slice(0, OPEN).map(item)}</ul><details class="more"><summary>${rest.length} more</summary><ul class="triggers">${rest.map(item)}</ul></details>`
}
