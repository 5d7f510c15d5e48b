import type { SubtestResult } from '../run/subtest.ts'

/** What a section of a log is about: all before the first test, one test, or the summary at the end. */
export type SectionKind = 'preparation' | 'test' | 'summary'

/** One foldable part of a log; it ends where the next one begins. */
export interface LogSection {
  readonly kind: SectionKind
  /** The test's name in a section of kind `test`, else ''. */
  readonly name: string
  /** Number of its first line, from 1. */
  readonly line: number
  /** Where that line begins, in bytes of the uncompressed log. */
  readonly offset: number
  /** First line of what the test itself printed, if it was started. */
  readonly outputLine?: number
  /** The verdict of the test, where the log says it. */
  readonly result?: SubtestResult
  /** The reason behind the result, as printed. */
  readonly detail?: string
  /** Seconds that it took, where lines have a clock; those of runs that were read by earlier versions have none. */
  readonly took?: number
  /** The longest time without a line, of ten seconds at least, and the line after which nothing came. */
  readonly gap?: { readonly seconds: number; readonly line: number }
}

/** The contents of a log, made once and kept, so that they can be shown before the log is read. */
export interface LogIndex {
  readonly sections: readonly LogSection[]
  readonly lines: number
  /** Bytes of the uncompressed log. */
  readonly bytes: number
  /** The line of the error that ended a run without a summary. */
  readonly errorLine?: number
}
