import type { GithubState } from '../../domain/request/github-status.ts'
import type { GithubOutcome } from '../../domain/run/verdict.ts'
import type { TestKey } from '../../domain/test/test.ts'

/**
 * Tests that GitHub asked for, from the delivery of the webhook to the last status: nothing is lost in a
 * crash, and nothing is done twice by two processes or for two deliveries.
 */
export interface GithubJobs {
  /**
   * Stores a job, due at once. There is one for each commit, test and test name: a known one that has not
   * failed is returned unchanged; one that has failed is started again.
   */
  accept(job: NewGithubJob, now: Date): Promise<'accepted' | { readonly known: GithubJob }>
  /**
   * Jobs that are due now, those that have waited longest first. They belong to the caller until `lease`
   * (seconds) is over; then they are due again, unless the caller has updated them.
   */
  takeDue(limit: number, lease: number, now: Date): Promise<GithubJob[]>
  /**
   * Records the progress of a job; false, without a change, if another process has advanced or restarted it.
   */
  update(job: GithubJobRef, changes: GithubJobChanges): Promise<boolean>
  /** Makes a job due at once for another status, as it ended while an older one was being sent. */
  tellAgain(job: GithubJobRef, now: Date): Promise<void>
  /** Ends a job, due at once for its last status; false if it has ended already. */
  end(job: GithubJobRef, end: GithubJobEnd, now: Date): Promise<boolean>
  /** Jobs for a test that have not ended. */
  open(test: TestKey): Promise<GithubJob[]>
  /** Makes all jobs due whose time is further away than a `lease` (seconds); others may be in work. */
  runSoon(lease: number, now: Date): Promise<void>
  /**
   * Forgets jobs accepted before a time, in any state, except the newest: a clock that is years ahead must
   * not remove those under way.
   */
  forget(before: Date, keep: number): Promise<void>
}

export interface NewGithubJob extends TestKey {
  /** '' for all tests of the package. */
  readonly testname: string
  /** Where GitHub accepts statuses of the commit. */
  readonly statusesUrl: string
  /** Where the results go. */
  readonly container: string
  /** The parameters of the message to be queued. */
  readonly params: Readonly<Record<string, unknown>>
  /** The address that it was requested from. */
  readonly address: string
  /** The uuid of the request to be queued. */
  readonly uuid: string
  /** `unchecked` if it is not yet known whether the PPAs exist. */
  readonly step: 'unchecked' | 'accepted'
}

/** A job as it was read: each start gets a new uuid. */
export interface GithubJobRef {
  readonly id: string
  readonly uuid: string
  readonly step: 'unchecked' | 'accepted' | 'queued' | 'ended'
}

export interface GithubJob extends Omit<NewGithubJob, 'step'>, GithubJobRef {
  /** Set once it has ended. */
  readonly outcome: GithubOutcome | undefined
  /** The run that ended it. */
  readonly runId: string | undefined
  /** Why it ended without a run. */
  readonly reason: string | undefined
  /** The last status that GitHub was told, or refused. */
  readonly reported: GithubState | undefined
  readonly accepted: Date
  /** Number of failures in a row. */
  readonly failures: number
}

export interface GithubJobChanges {
  readonly step?: 'accepted' | 'queued'
  readonly reported?: GithubState
  readonly failures?: number
  /** When the job is next due; null for never. */
  readonly due?: Date | null
  /** The uuid of another request to be queued, as the previous one failed. */
  readonly uuid?: string
}

export type GithubJobEnd =
  | { readonly outcome: GithubOutcome; readonly runId: string }
  | { readonly outcome: 'error'; readonly reason: string }

/** How long a job is kept, and with it the memory that its commit was tested. */
export const GITHUB_JOB_DAYS = 30
/** This many are kept whatever their age. */
export const GITHUB_JOBS_KEPT = 1_000
