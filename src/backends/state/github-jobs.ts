import type { GithubState } from '../../domain/request/github-status.ts'
import type { GithubOutcome } from '../../domain/run/verdict.ts'
import type { TestKey } from '../../domain/test/test.ts'

/**
 * Tests that GitHub asked for, from the delivery of the webhook to the last status: nothing of it is lost in a
 * crash, and nothing done twice by two processes or for two deliveries.
 */
export interface GithubJobs {
  /**
   * Keeps a job, due at once. There is one for a commit, test and test name: where it is known, and did not end in
   * anything but success, it is returned as it is; one that failed is begun anew.
   */
  accept(job: NewGithubJob, now: Date): Promise<'accepted' | { readonly known: GithubJob }>
  /**
   * Jobs at which there is something to do now, those first that have waited longest. They are the caller's until
   * `lease` (seconds) is over; then they are due again, if it has not said otherwise.
   */
  takeDue(limit: number, lease: number, now: Date): Promise<GithubJob[]>
  /** Notes how far a job has come; false, and nothing, if somebody else has taken it further, or begun it anew. */
  update(job: GithubJobRef, changes: GithubJobChanges): Promise<boolean>
  /** GitHub is to be told again, at once, of a job that ended while it was told something older. */
  tellAgain(job: GithubJobRef, now: Date): Promise<void>
  /** Ends a job, due at once for its last status; false if it has ended already. */
  end(job: GithubJobRef, end: GithubJobEnd, now: Date): Promise<boolean>
  /** Jobs for a test that have not ended. */
  open(test: TestKey): Promise<GithubJob[]>
  /** Makes all jobs due that would be later than after a `lease` (seconds); the others may be somebody's. */
  runSoon(lease: number, now: Date): Promise<void>
  /**
   * Forgets what was accepted before a time, whatever became of it, but for the newest: a clock that is years ahead must
   * not cost those that are under way.
   */
  forget(before: Date, keep: number): Promise<void>
}

export interface NewGithubJob extends TestKey {
  /** '' for all tests of the package. */
  readonly testname: string
  /** Where GitHub takes statuses of the commit. */
  readonly statusesUrl: string
  /** Where the results go. */
  readonly container: string
  /** The parameters of the message that is to be queued. */
  readonly params: Readonly<Record<string, unknown>>
  /** From where it was asked for. */
  readonly address: string
  /** Of the request that is to be queued. */
  readonly uuid: string
  /** `unchecked` if it is not known yet that the PPAs exist. */
  readonly step: 'unchecked' | 'accepted'
}

/** A job as it was found: a uuid is made for each beginning. */
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
  /** What GitHub was told last, or would not hear. */
  readonly reported: GithubState | undefined
  readonly accepted: Date
  /** Failures in a row. */
  readonly failures: number
}

export interface GithubJobChanges {
  readonly step?: 'accepted' | 'queued'
  readonly reported?: GithubState
  readonly failures?: number
  /** When there is something to do next; null: nothing. */
  readonly due?: Date | null
  /** Another request is to be queued: the one of this uuid failed. */
  readonly uuid?: string
}

export type GithubJobEnd =
  | { readonly outcome: GithubOutcome; readonly runId: string }
  | { readonly outcome: 'error'; readonly reason: string }

/** For so long a job, and with it the memory that its commit was tested, is kept. */
export const GITHUB_JOB_DAYS = 30
/** So many are kept whatever their age. */
export const GITHUB_JOBS_KEPT = 1_000
