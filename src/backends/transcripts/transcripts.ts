/**
 * The output of running tests, as far as it was seen: kept while they run and for a while after, on this host
 * only. One process writes, websites read and follow. It never contains anything of a private run.
 */
export interface Transcripts {
  /** The transcript of a name ({@link runningId}); undefined if there is none. */
  read(id: string): Promise<Transcript | undefined>
  /** The size of each transcript on disk, and when it last grew, by name. */
  kept(): Promise<ReadonlyMap<string, { readonly bytes: number; readonly grown: Date }>>
  /** Calls back soon after a transcript changed; returns a function that stops it. */
  onChange(listener: (id: string) => void): () => void

  /** Starts a new transcript, replacing any of the same name. */
  begin(id: string, of: TranscriptOf): Promise<void>
  /** Adds to an existing one. */
  append(id: string, pieces: readonly TranscriptPiece[]): Promise<void>
  /** Drops the oldest pieces until at most this many bytes are left. */
  trim(id: string, bytes: number): Promise<void>
  remove(id: string): Promise<void>
  close(): Promise<void>
}

/** The run that it belongs to. */
export interface TranscriptOf {
  readonly package: string
  readonly release: string
  readonly arch: string
  readonly triggers: readonly string[]
  /** Milliseconds since 1970. */
  readonly began: number
}

/** Text that was printed after that of the previous piece. */
export interface TranscriptPiece {
  /** Counts the pieces of a transcript, from 1. */
  readonly number: number
  /** The number of the line in which its text begins, counted from 1 in the known part of the log. */
  readonly line: number
  readonly text: string
  /** What is missing before it, in words. */
  readonly gap?: string | undefined
  /** The position in the log where its text ends, in bytes; undefined if the worker does not say. */
  readonly end?: number | undefined
  /** The run has ended: this is the last piece. */
  readonly last?: true | undefined
}

export interface Transcript {
  readonly of: TranscriptOf
  /** In order; the first ones may have been dropped. */
  readonly pieces: readonly TranscriptPiece[]
}
