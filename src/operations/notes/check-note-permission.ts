import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import { messageOf, Unavailable } from '../../domain/errors.ts'
import type { Refusal } from '../../domain/request/request-form.ts'
import type { Log } from '../../log.ts'
import { checkPermission } from '../requests/check-test-request.ts'
import type { LocatedNote } from './locate-note.ts'

/** The largest number of a run's triggers for which permission is checked. */
const MOST_TRIGGERS = 50

interface Deps {
  readonly launchpad: Launchpad
  readonly log: Log
}

/**
 * Whether a user may request a test of what a note is about: of the package, with the triggers of the run at which
 * the note is left. Launchpad's answers are cached as long as those for requests; without an answer it is a refusal
 * with status 503.
 */
export async function checkNotePermission(
  { launchpad, log }: Deps,
  rules: { readonly allowedRequestors: readonly string[] },
  { place, release, triggers }: LocatedNote,
  requester: string,
): Promise<Refusal | undefined> {
  const name = place.package
  const asked = { package: name, release, triggers: triggers.slice(0, MOST_TRIGGERS) }
  try {
    const permission = await checkPermission(launchpad, rules, asked, requester)
    if ('because' in permission) return undefined
    return {
      status: permission.status,
      lines: [`You may not request a test of ${name}, so you may not leave a note there.`],
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    log.warn({ err: messageOf(error) }, 'could not check who may leave a note')
    const line = 'Launchpad does not answer, so the note was not kept. Please try again later.'
    return { status: 503, lines: [line] }
  }
}
