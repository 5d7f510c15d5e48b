import type { SubtestResult } from './subtest.ts'

/** What a section of a log is about. */
export type SectionKind = 'preparation' | 'test' | 'results' | 'summary'

/** One foldable part of a log, made once and kept, so that the contents can be shown before the log is read. */
export interface LogSection {
  readonly kind: SectionKind
  /** The test's name in a section of kind `test`, else a short title. */
  readonly title: string
  /** Number of its first line, from 1. */
  readonly line: number
  /** Where that line begins, in bytes of the uncompressed log. */
  readonly offset: number
  /** The verdict of the test, where the log says it. */
  readonly result?: SubtestResult
  /** The reason behind the result, as printed. */
  readonly detail?: string
}

export interface LogIndex {
  readonly sections: readonly LogSection[]
  readonly lines: number
  /** Bytes of the uncompressed log. */
  readonly bytes: number
  /** The line of the error that ended a run that has no summary. */
  readonly errorLine?: number
}
