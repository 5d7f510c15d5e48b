import { randomBytes } from 'node:crypto'
import type { Derived } from '../../backends/derived/derived.ts'
import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Notes, NoteWriter } from '../../backends/state/notes.ts'
import { REFUSALS_PER_HOUR, type Requests } from '../../backends/state/requests.ts'
import { BadInput, messageOf, Unavailable } from '../../domain/errors.ts'
import { NOTE_CHANGES_PER_DAY, NOTES_PER_DAY, type Note, type NoteText } from '../../domain/note/note.ts'
import type { NoteTarget } from '../../domain/note/note-form.ts'
import type { Refusal } from '../../domain/request/request-form.ts'
import type { Log } from '../../log.ts'
import { type LimitRefusal, limitRefusal } from '../requests/check-limits.ts'
import { checkNotePermission } from './check-note-permission.ts'
import { type LocatedNote, locateNote } from './locate-note.ts'

export interface NoteDeps {
  readonly results: Pick<Results, 'run' | 'history' | 'newestRuns'>
  readonly derived: Pick<Derived, 'failures'>
  readonly launchpad: Launchpad
  readonly state: {
    readonly notes: Notes
    readonly requests: Pick<Requests, 'countRefusals' | 'refused'>
  }
  readonly log: Log
}

export interface NoteRules {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  readonly allowedRequestors: readonly string[]
}

const HOUR_S = 3600

/**
 * Leaves a note for a user who may request a test of what it is about, or says why not; refusals are recorded. Throws
 * NotFound for a place that does not exist, and BadInput for an unknown architecture.
 */
export async function leaveNote(
  deps: NoteDeps,
  rules: NoteRules,
  target: NoteTarget,
  text: NoteText,
  by: NoteWriter,
  now: Date,
): Promise<Refusal | LimitRefusal | Note> {
  const tooMany = await refusedTooOften(deps, by, now)
  if (tooMany !== undefined) return tooMany
  const located = await locateNote(deps, target, rules.releases)
  checkArches(text, rules.arches, located.place.test?.arch)
  const refusal = await checkNotePermission(deps, rules, located, by.requester)
  if (refusal !== undefined) return keepRefusal(deps, located, by, refusal, now)
  const id = randomBytes(6).toString('hex')
  const outcome = await deps.state.notes.add({ id, ...located.place, ...text }, by, now)
  if (outcome === 'limited') return keepRefusal(deps, located, by, tooManyNotes(by), now)
  deps.log.info({ note: id, by: by.requester, source: by.source, at: described(located) }, 'a note was left')
  const note = { id, ...located.place, ...text, author: by.requester, made: now, changed: now }
  return { ...note, edits: 0, state: 'open', ended: undefined }
}

/** Before anything costs: who is refused on and on waits, as with requests. */
export async function refusedTooOften(
  { state, log }: Pick<NoteDeps, 'state' | 'log'>,
  { requester }: NoteWriter,
  now: Date,
): Promise<LimitRefusal | undefined> {
  const hourAgo = new Date(now.getTime() - HOUR_S * 1000)
  const refusals = await state.requests.countRefusals(requester, hourAgo)
  if (refusals < REFUSALS_PER_HOUR) return undefined
  log.info({ by: requester }, 'a note was refused: too many refusals in an hour')
  return limitRefusal(requester, HOUR_S)
}

export function tooManyNotes({ requester }: NoteWriter): LimitRefusal {
  const line = `You, ${requester}, have left ${NOTES_PER_DAY} notes, or changed notes ${NOTE_CHANGES_PER_DAY} times, in a day. Please try again later.`
  return { status: 429, lines: [line], retryAfter: HOUR_S }
}

/** BadInput names an architecture that nothing is tested on here. @param own that of the test it is left at */
export function checkArches({ arches }: NoteText, known: readonly string[], own: string | undefined): void {
  const unknown = arches.find(arch => arch !== own && !known.includes(arch))
  if (unknown !== undefined) throw new BadInput(`arches: ${unknown} is not tested here.`)
}

const described = ({ place: { kind, test, ...place }, release }: Pick<LocatedNote, 'place' | 'release'>) =>
  [kind, place.package, test?.release ?? release, test?.arch].filter(Boolean).join(' ')

/** The requester is told the reason, even if it cannot be recorded. */
export async function keepRefusal<R extends Refusal | LimitRefusal>(
  { state, log }: Pick<NoteDeps, 'state' | 'log'>,
  located: Pick<LocatedNote, 'place' | 'release'>,
  { requester, source, address }: NoteWriter,
  refusal: R,
  now: Date,
): Promise<R> {
  const reason = refusal.lines.join('\n')
  log.info({ by: requester, at: described(located), reason }, 'a note was refused')
  const asked = `note=${described(located)}`
  await state.requests
    .refused({ requester, source, address, asked, reason, at: now })
    .catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error
      log.warn({ err: messageOf(error) }, 'a refused note could not be recorded')
    })
  return refusal
}
