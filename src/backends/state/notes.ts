import type { Note, NoteChange, NotedFailure, NotePlace, NoteText } from '../../domain/note/note.ts'
import type { RunKey } from '../../domain/test/test.ts'
import type { RequestSource } from './requests.ts'

/** The most open notes read for one page; the page of all notes has the rest. */
export const MOST_NOTES_OF_PAGE = 500

/** Notes that people left. They cannot be rebuilt; each change of one is kept. */
export interface Notes {
  /** A text that changes with every change to a note. Often called: no query if nothing was written. */
  version(): string

  /**
   * Stores a new note, unless its author has reached the limit of new and changed notes in the last day: also
   * notes written at the same moment cannot exceed it.
   */
  add(note: NewNote, by: NoteWriter, now: Date): Promise<'done' | 'limited'>
  /**
   * Changes the text of an open or ended note, and opens it again. `changed`: somebody else changed it after
   * it was read; `gone`: it is deleted, or never existed.
   */
  edit(
    read: Pick<Note, 'id' | 'edits'>,
    text: NoteText,
    by: NoteWriter,
    now: Date,
  ): Promise<'done' | 'limited' | 'changed' | 'gone'>
  /** False if it is deleted already, or never existed. */
  delete(id: string, by: NoteWriter, now: Date): Promise<boolean>
  /** Ends an open note with a pass; false if it is not open. */
  end(id: string, run: RunKey | undefined, now: Date): Promise<boolean>
  /** Gives an open note the signature that newer rules derive from its failure. */
  move(id: string, failure: Pick<NotedFailure, 'address' | 'text' | 'rules'>, now: Date): Promise<void>

  /** A note in any state. */
  find(id: string): Promise<Note | undefined>
  /** The changes of a note, oldest first; at most the newest hundred. */
  history(id: string): Promise<NoteChange[]>
  /** The notes of a page of all notes, newest first, those of one moment by id; without deleted ones. */
  list(filter: NoteFilter, page: NotesPage): Promise<Note[]>

  /**
   * The newest open notes at these ways of failing, and subtests that fail so; at most
   * {@link MOST_NOTES_OF_PAGE}.
   */
  atFailures(addresses: readonly string[]): Promise<Note[]>
  /** The newest open notes at a package and at its tests; at most {@link MOST_NOTES_OF_PAGE}. */
  ofPackage(name: string): Promise<Note[]>

  /** Open notes that end with a pass, by id, after the given one. */
  untilPass(page: { readonly limit: number; readonly after: string }): Promise<Note[]>
  /** Open notes at failures whose signatures were made by other rules. */
  ofOtherRules(rules: number, limit: number): Promise<Note[]>
}

export interface NewNote extends NotePlace, NoteText {
  readonly id: string
}

/** Who changes a note, and how: for the audit trail. */
export interface NoteWriter {
  readonly requester: string
  readonly source: RequestSource
  readonly address: string
}

export interface NoteFilter {
  readonly package?: string
  /** One of these, however many. */
  readonly packages?: readonly string[]
  readonly author?: string
  readonly signature?: string
  /** Undefined for both open and ended ones. */
  readonly state?: 'open' | 'ended'
}

/** The next `limit` notes after (exclusive) the place of one in the order. */
export interface NotesPage {
  readonly limit: number
  readonly after?: Pick<Note, 'made' | 'id'> | undefined
}
