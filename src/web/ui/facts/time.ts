import { runIdClock } from '../../../domain/run/run-id.ts'
import { type Markup, markup } from '../markup/markup.ts'

/** A moment in UTC as it is written: `2026-09-02` and `10:11:12`. */
interface WrittenMoment {
  readonly day: string
  readonly clock: string
}

function momentAt(milliseconds: number): WrittenMoment {
  const iso = new Date(milliseconds).toISOString()
  return { day: iso.slice(0, 10), clock: iso.slice(11, 19) }
}

/** To the minute, with the second in its tooltip. */
const toTheMinute = ({ day, clock }: WrittenMoment): Markup =>
  markup`<time datetime="${day}T${clock}Z" title="${day} ${clock} UTC">${day} ${clock.slice(0, 5)}</time>`

/** With the second and the zone, for where no table head says them. */
const toTheSecond = ({ day, clock }: WrittenMoment): Markup =>
  markup`<time datetime="${day}T${clock}Z">${day} ${clock} UTC</time>`

/**
 * A moment in UTC, to the minute; script writes beside it how long ago that was.
 * @param milliseconds since 1970
 */
export function timeElement(milliseconds: number): Markup {
  return toTheMinute(momentAt(milliseconds))
}

/** The same with the second and the zone. */
export function momentElement(milliseconds: number): Markup {
  return toTheSecond(momentAt(milliseconds))
}

/** The same of a run's end. */
export function runMoment(runId: string): Markup {
  const moment = runIdClock(runId)
  return moment === undefined ? markup`${runId}` : toTheSecond(moment)
}

/** When a run ended, from its id, to the minute; an id of another form is shown as it is. */
export function runTime(runId: string): Markup {
  const moment = runIdClock(runId)
  return moment === undefined ? markup`${runId}` : toTheMinute(moment)
}
