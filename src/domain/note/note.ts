import type { RunKey } from '../test/test.ts'

/**
 * What a note is about: a way of failing wherever it occurs, the same in one subtest of one package, a test
 * (release, architecture, package), or a package.
 */
export type NoteKind = 'failure' | 'subtest' | 'test' | 'package'

export const NOTE_KINDS: readonly NoteKind[] = ['failure', 'subtest', 'test', 'package']

/** The greatest length of a note's text, in characters. */
export const LONGEST_NOTE = 2_000
/** The number of architectures that one note may name. */
export const MOST_NOTE_ARCHES = 20
/** The number of notes that one person may leave per day. */
export const NOTES_PER_DAY = 50
/** The number of changes to notes that one person may make per day. */
export const NOTE_CHANGES_PER_DAY = 200

/** The failure that a note is about. */
export interface NotedFailure {
  /** The address of its signature, 16 hex digits. */
  readonly address: string
  /** The signature itself. */
  readonly text: string
  /** The version of the rules that made it. */
  readonly rules: number
  /** The line of the log at which the note was left, as it was then. */
  readonly line: { readonly number: number; readonly text: string }
}

/** What a note is about, and where it was left. */
export interface NotePlace {
  readonly kind: NoteKind
  readonly package: string
  /** The test at which it was left; undefined for a package's note. */
  readonly test: { readonly release: string; readonly arch: string } | undefined
  /** The run at which it was left, if any. */
  readonly runId: string | undefined
  /** Of kind `subtest`: its name, '' for a failure outside of all tests. */
  readonly subtest: string
  /** Only of kinds `failure` and `subtest`. */
  readonly failure: NotedFailure | undefined
}

/** The content of a note. */
export interface NoteText {
  readonly text: string
  /** The architectures that it applies to; all if empty. */
  readonly arches: readonly string[]
  /** Whether it ends when the test passes. */
  readonly untilPass: boolean
}

export interface Note extends NotePlace, NoteText {
  readonly id: string
  readonly author: string
  readonly made: Date
  /** The time of its last change. */
  readonly changed: Date
  /** The number of changes to its text. */
  readonly edits: number
  readonly state: 'open' | 'ended' | 'deleted'
  /** When it ended, and the passing run that ended it. */
  readonly ended: { readonly at: Date; readonly run: RunKey | undefined } | undefined
}

/** What happened to a note; `moved`: its failure's signature was computed again by newer rules. */
export type NoteChangeKind = 'made' | 'edited' | 'deleted' | 'ended' | 'moved'

/** One step of a note's history, with its content from then on. */
export interface NoteChange extends NoteText {
  readonly change: NoteChangeKind
  /** The person who made the change; '' for the site itself. */
  readonly name: string
  readonly at: Date
}

/** A failure that is shown: its test, its way of failing, and the subtest that failed. */
export interface ShownFailure {
  readonly package: string
  /** Undefined if failures of several architectures are shown as one. */
  readonly arch: string | undefined
  readonly subtest: string
  readonly address: string
}

/** Whether a note applies to an architecture. */
export function holdsOn({ arches }: Pick<NoteText, 'arches'>, arch: string | undefined): boolean {
  return arches.length === 0 || arch === undefined || arches.includes(arch)
}

/**
 * Whether a note about a failure or subtest applies to a shown failure: not if that fails in another way, is
 * in another subtest or package than a subtest's note, or on an architecture that the note does not name.
 */
export function isAboutFailure(note: Note, failure: ShownFailure): boolean {
  if (note.state !== 'open' || note.failure?.address !== failure.address) return false
  if (!holdsOn(note, failure.arch)) return false
  return (
    note.kind === 'failure' ||
    (note.kind === 'subtest' && note.package === failure.package && note.subtest === failure.subtest)
  )
}

/**
 * Whether a note about a test or package is shown above the runs of a test; `test` undefined: on the
 * package's own page. A note about a test that names architectures is shown at those of its release.
 */
export function standsAbove(
  note: Note,
  name: string,
  test: { readonly release: string; readonly arch: string } | undefined,
): boolean {
  if (note.state !== 'open' || note.package !== name) return false
  if (note.kind === 'package') return holdsOn(note, test?.arch)
  if (note.kind !== 'test' || note.test === undefined || test === undefined) return false
  const arches = note.arches.length === 0 ? [note.test.arch] : note.arches
  return note.test.release === test.release && arches.includes(test.arch)
}
