/**
 * What may be tested, and who may request it, according to Launchpad. Engines: its REST API, and fixed
 * answers from the configuration. Every call throws Unavailable if Launchpad does not answer; that is never a
 * "no".
 */
export interface Launchpad {
  /** Whether a source is published in a release of the archive; with `version`, in exactly that version. */
  isPublished(source: {
    package: string
    release: string
    version?: string
  }): Promise<SourcePublication | undefined>
  /** The same in a PPA, `owner/name`. */
  isPublishedInPpa(
    ppa: string,
    source: { package: string; release: string; version?: string },
  ): Promise<boolean>
  ppaExists(ppa: string): Promise<boolean>
  /** Whether a person may upload a source to the proposed pocket of a release. */
  mayUpload(
    nickname: string,
    source: { package: string; release: string; component: string },
  ): Promise<boolean>
  /** Whether a person is in one of these teams, directly or through others. */
  isMember(nickname: string, teams: readonly string[]): Promise<boolean>
  /** Whether a person has this name, or is in the team of this name, as for readers of private results. */
  isParticipant(nickname: string, entity: string): Promise<boolean>
  /**
   * The nickname behind OAuth credentials `consumer:token:secret`; undefined if Launchpad does not know them.
   */
  whoIs(credentials: { consumer: string; token: string; secret: string }): Promise<string | undefined>
  close(): Promise<void>
}

export interface SourcePublication {
  /** `main`, `universe`, …; the right to upload depends on it. */
  readonly component: string
}
