/**
 * The results database as other programs fetch it: one SQLite file and the text of its sha256, replaced together.
 * Clients take the two one after the other, and drop both if they do not match; so older generations are kept
 * for those who have taken the checksum of one. One publisher at a time; any number of readers, in any process.
 */
export interface Published {
  /** The newest generation; undefined before the first one. */
  current(): Promise<Generation | undefined>
  /** One of the generations that are kept (three), by its checksum. */
  generation(sha256: string): Promise<Generation | undefined>
  /**
   * Makes what `write` puts (and brings to the disk) at the path that it is given the current generation, unless
   * its checksum is the current one's. Whatever fails, the generation before stays as it is.
   */
  publish(write: (toFile: string) => Promise<Written>): Promise<Publication>
  close(): Promise<void>
}

/** What a writer knows of the file that it wrote; the checksum is 64 hex digits. */
export interface Written {
  readonly sha256: string
  readonly bytes: number
}

export interface Generation extends Written {
  /** A path that keeps these bytes as long as the generation is kept; an open file does so for longer. */
  readonly file: string
  readonly publishedAt: Date
}

export interface Publication {
  readonly generation: Generation
  /** False if the same bytes were published already. */
  readonly isNew: boolean
}
