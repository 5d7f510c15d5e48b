import type { RunKey } from '../test/test.ts'

/**
 * What a note is left at: a way of failing wherever it occurs, the same in one subtest of one package, a test (release,
 * architecture, package), or a package.
 */
export type NoteKind = 'failure' | 'subtest' | 'test' | 'package'

export const NOTE_KINDS: readonly NoteKind[] = ['failure', 'subtest', 'test', 'package']

/** Characters of a note's text. */
export const LONGEST_NOTE = 2_000
/** Architectures that one note may name. */
export const MOST_NOTE_ARCHES = 20
/** Notes that one person may leave in a day. */
export const NOTES_PER_DAY = 50
/** Changes of notes that one person may make in a day. */
export const NOTE_CHANGES_PER_DAY = 200

/** The failure that a note stands at. */
export interface NotedFailure {
  /** The address of its signature, 16 hex digits. */
  readonly address: string
  /** The signature itself. */
  readonly text: string
  /** The version of the rules that it was made by. */
  readonly rules: number
  /** The line of the log at which the note was left, as it stood there. */
  readonly line: { readonly number: number; readonly text: string }
}

/** Where a note stands, and where it was left. */
export interface NotePlace {
  readonly kind: NoteKind
  readonly package: string
  /** Of the test at which it was left; undefined for a package's. */
  readonly test: { readonly release: string; readonly arch: string } | undefined
  /** Of the run at which it was left, if it was one. */
  readonly runId: string | undefined
  /** Of kind `subtest`: its name, '' for what went wrong outside of all tests. */
  readonly subtest: string
  /** Of kinds `failure` and `subtest` alone. */
  readonly failure: NotedFailure | undefined
}

/** What a note says. */
export interface NoteText {
  readonly text: string
  /** Where it holds; everywhere if there is none. */
  readonly arches: readonly string[]
  /** It ends with a pass. */
  readonly untilPass: boolean
}

export interface Note extends NotePlace, NoteText {
  readonly id: string
  readonly author: string
  readonly made: Date
  /** Of its last change. */
  readonly changed: Date
  /** How often its text was changed. */
  readonly edits: number
  readonly state: 'open' | 'ended' | 'deleted'
  /** When it ended, and with which run's pass. */
  readonly ended: { readonly at: Date; readonly run: RunKey | undefined } | undefined
}

/** What happened to a note: `moved` is that its failure's signature was worked out again by newer rules. */
export type NoteChangeKind = 'made' | 'edited' | 'deleted' | 'ended' | 'moved'

/** One step of a note's history, with what it said from then on. */
export interface NoteChange extends NoteText {
  readonly change: NoteChangeKind
  /** Who did it; '' for the site itself. */
  readonly name: string
  readonly at: Date
}

/** Where a failure is shown: its test, its way of failing, and the subtest that failed so. */
export interface ShownFailure {
  readonly package: string
  /** Undefined where failures of several architectures are shown as one. */
  readonly arch: string | undefined
  readonly subtest: string
  readonly address: string
}

/** Whether a note holds on an architecture. */
export function holdsOn({ arches }: Pick<NoteText, 'arches'>, arch: string | undefined): boolean {
  return arches.length === 0 || arch === undefined || arches.includes(arch)
}

/**
 * Whether a note at a failure or subtest stands at a failure that is shown: at none that fails in another way, in another
 * subtest or package than a subtest's, or on another architecture than it names.
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
 * Whether a note at a test or package stands above the runs of a test; `test` undefined: on the package's own page. One at a
 * test that names architectures stands at those of its release.
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
