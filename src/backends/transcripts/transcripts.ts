/**
 * What running tests have printed so far, as far as it was seen: kept while they run and for a while after, on this host
 * alone. One process writes, websites read and follow. Nothing of a private run is ever in it.
 */
export interface Transcripts {
  /** What is kept under a name ({@link runningId}); undefined if there is nothing. */
  read(id: string): Promise<Transcript | undefined>
  /** How large each transcript is on the disk, and when it last grew, by its name. */
  kept(): Promise<ReadonlyMap<string, { readonly bytes: number; readonly grown: Date }>>
  /** Calls back soon after a transcript changed; returns the way to stop. */
  onChange(listener: (id: string) => void): () => void

  /** Puts a new transcript in the place of one of that name, if there is one. */
  begin(id: string, of: TranscriptOf): Promise<void>
  /** Adds to one that was begun. */
  append(id: string, pieces: readonly TranscriptPiece[]): Promise<void>
  /** Drops the oldest pieces until no more than so many bytes are left. */
  trim(id: string, bytes: number): Promise<void>
  remove(id: string): Promise<void>
  close(): Promise<void>
}

/** Which run it is of. */
export interface TranscriptOf {
  readonly package: string
  readonly release: string
  readonly arch: string
  readonly triggers: readonly string[]
  /** Milliseconds since 1970. */
  readonly began: number
}

/** Text that was printed after that of the piece before. */
export interface TranscriptPiece {
  /** Counts the pieces of a transcript, from 1. */
  readonly number: number
  /** Of the line that its text begins in, counted from 1 in what is known of the log. */
  readonly line: number
  readonly text: string
  /** What is missing before it, in words. */
  readonly gap?: string | undefined
  /** Where in the log its text ends, in bytes; undefined where the worker does not say. */
  readonly end?: number | undefined
  /** The run has ended: it is the last piece. */
  readonly last?: true | undefined
}

export interface Transcript {
  readonly of: TranscriptOf
  /** In their order; the first ones may have been dropped. */
  readonly pieces: readonly TranscriptPiece[]
}
