import { createHash } from 'node:crypto'
import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Notes } from '../../backends/state/notes.ts'
import { SIGNATURE_RULES, signatureAddress, signatureText } from '../../domain/log/failure/signature.ts'
import type { Note } from '../../domain/note/note.ts'
import type { Log } from '../../log.ts'
import { passSince } from './passes-since.ts'

interface Deps {
  readonly results: Pick<Results, 'run' | 'history' | 'newestRuns'>
  readonly derived: Pick<Derived, 'subtestsOf' | 'failures'>
  readonly state: { readonly notes: Notes }
  readonly log: Log
}

/** The number of notes that are examined in one turn. */
const TURN = 500

/**
 * Ends some of the notes that end with a pass, where there was one.
 * @param after the id of a note that the turn begins behind; '' for the first one
 * @returns where the next turn begins
 */
export async function endPassedNotes(deps: Deps, after: string, signal: AbortSignal): Promise<string> {
  const notes = await deps.state.notes.untilPass({ limit: TURN, after })
  for (const note of notes) {
    if (signal.aborted) return after
    const pass = await passSince(deps, note)
    if (pass === undefined) continue
    const { package: name, release, arch, runId } = pass
    const run = { package: name, release, arch, runId }
    if (await deps.state.notes.end(note.id, run, new Date()))
      deps.log.info({ note: note.id, run }, 'a note ended with a pass')
  }
  return notes.length < TURN ? '' : (notes.at(-1)?.id ?? '')
}

/**
 * Some notes whose signatures are of other rules than today's are given those of today. Nothing while logs are read
 * again, nor before: what is known of their runs would be of those other rules.
 * @param readsAgain whether logs are read again at all
 */
export async function moveNotes(deps: Deps, { readsAgain }: { readonly readsAgain: boolean }): Promise<void> {
  const notes = await deps.state.notes.ofOtherRules(SIGNATURE_RULES, TURN)
  if (notes.length === 0) return
  const { begun, waiting } = await deps.derived.failures.progress()
  if (readsAgain && (!begun || waiting > 0)) return
  for (const note of notes) {
    const now = await signatureNow(deps, note)
    if (now !== undefined)
      await deps.state.notes.move(note.id, { ...now, rules: SIGNATURE_RULES }, new Date())
  }
  deps.log.info({ notes: notes.length }, 'notes were moved to the signatures of the current rules')
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** That of the same line in the same run, where today's rules have read its log; else that of the line itself. */
async function signatureNow(
  { derived }: Deps,
  { failure, test, runId, ...note }: Note,
): Promise<{ address: string; text: string } | undefined> {
  if (failure === undefined) return undefined
  const run = test && runId !== undefined ? { package: note.package, ...test, runId } : undefined
  const failures = run && (await derived.failures.of(run))
  const same = failures?.find(
    ({ rules, lines }) => rules === SIGNATURE_RULES && lines[0]?.number === failure.line.number,
  )
  if (same?.signature !== undefined) return { address: same.signature.address, text: same.signature.text }
  const text = signatureText(failure.line.text) || failure.text
  return { address: signatureAddress(text, sha256), text }
}
