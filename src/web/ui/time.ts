import { runIdTime } from '../../domain/run-id.ts'
import { type Markup, markup } from './markup.ts'

/**
 * A moment in UTC, to the minute, with the second in its tooltip; script writes beside it how long ago that was.
 * @param milliseconds since 1970
 */
export function timeElement(milliseconds: number): Markup {
  const iso = new Date(milliseconds).toISOString()
  const day = iso.slice(0, 10)
  const clock = iso.slice(11, 19)
  return markup`<time datetime="${day}T${clock}Z" title="${day} ${clock} UTC">${day} ${clock.slice(0, 5)}</time>`
}

/** The same with the second and the zone, for where no table head says them. */
export function momentElement(milliseconds: number): Markup {
  const iso = new Date(milliseconds).toISOString()
  const day = iso.slice(0, 10)
  const clock = iso.slice(11, 19)
  return markup`<time datetime="${day}T${clock}Z">${day} ${clock} UTC</time>`
}

/** The same of a run's end. */
export function runMoment(runId: string): Markup {
  const time = runIdTime(runId)
  return time === undefined ? markup`${runId}` : momentElement(time)
}

/** When a run ended, from its id; an id of another form is shown as it is. */
export function runTime(runId: string): Markup {
  const time = runIdTime(runId)
  return time === undefined ? markup`${runId}` : timeElement(time)
}
