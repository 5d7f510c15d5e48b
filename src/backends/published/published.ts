/**
 * The results database as other programs fetch it: one SQLite file and the text of its sha256, replaced
 * together. Clients fetch one after the other, and drop both if they do not match; so older generations are
 * kept for those who have already fetched a checksum. One publisher at a time; any number of readers, in any
 * process.
 */
export interface Published {
  /** The newest generation; undefined before the first one. */
  current(): Promise<Generation | undefined>
  /** One of the (three) generations that are kept, by its checksum. */
  generation(sha256: string): Promise<Generation | undefined>
  /**
   * Calls `write` with a path, where it must write a file and sync it to disk, and makes that the current
   * generation, unless its checksum is the current one's. If anything fails, the previous generation stays
   * unchanged.
   */
  publish(write: (toFile: string) => Promise<Written>): Promise<Publication>
  close(): Promise<void>
}

/** The writer's description of its file; the checksum is 64 hex digits. */
export interface Written {
  readonly sha256: string
  readonly bytes: number
}

export interface Generation extends Written {
  /** A path that keeps these bytes as long as the generation is kept; an open file keeps them for longer. */
  readonly file: string
  readonly publishedAt: Date
}

export interface Publication {
  readonly generation: Generation
  /** False if the same bytes were already published. */
  readonly isNew: boolean
}
