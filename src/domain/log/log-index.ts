import type { SubtestResult } from '../run/subtest.ts'

/**
 * What a section of a log contains: everything before the first test, one test, or the summary at the end.
 */
export type SectionKind = 'preparation' | 'test' | 'summary'

/** One foldable part of a log; it ends where the next one begins. */
export interface LogSection {
  readonly kind: SectionKind
  /** The test's name in a section of kind `test`, else ''. */
  readonly name: string
  /** Number of its first line, from 1. */
  readonly line: number
  /** The offset of that line, in bytes of the uncompressed log. */
  readonly offset: number
  /** First line of the test's own output, if it was started. */
  readonly outputLine?: number
  /** The verdict of the test, if the log has it. */
  readonly result?: SubtestResult
  /** The reason after the result, as printed. */
  readonly detail?: string
  /** Duration in seconds, if lines have a clock; missing for runs that were read by earlier versions. */
  readonly took?: number
  /** The longest time without a line, if at least ten seconds, and the line before it. */
  readonly gap?: { readonly seconds: number; readonly line: number }
}

/** The table of contents of a log, made once and stored, so that it can be shown before the log is read. */
export interface LogIndex {
  readonly sections: readonly LogSection[]
  readonly lines: number
  /** Bytes of the uncompressed log. */
  readonly bytes: number
  /** The line of the error that ended a run without a summary. */
  readonly errorLine?: number
}
